/** The part of the WebAssembly JavaScript API that Node's own type declarations leave out. */
declare namespace WebAssembly {
  type ImportObject = Record<string, Record<string, unknown>>;
  function validate(bytes: Uint8Array): boolean;
  class Module {
    constructor(bytes: Uint8Array);
    static exports(module: Module): { name: string; kind: string }[];
  }
  class Instance {
    constructor(module: Module, imports?: ImportObject);
    readonly exports: Record<string, unknown>;
  }
  class Memory {
    constructor(descriptor: { initial: number; maximum?: number });
    readonly buffer: ArrayBuffer;
  }
  class Global {
    constructor(descriptor: { value: 'i32' | 'i64'; mutable?: boolean }, value: number | bigint);
    value: bigint | number;
  }
  class RuntimeError extends Error {}
}
