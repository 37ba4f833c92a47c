/** A node of the WebAssembly text format: an atom, a string literal, or a list. */
export type Node =
  | { readonly kind: 'atom'; readonly text: string }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly Node[]; readonly source: string };

/** Reads the top-level forms of a script of the WebAssembly specification's test suite. */
export function readForms(source: string): Node[] {
  const reader = new FormReader(source);
  const forms: Node[] = [];
  for (let form = reader.next(); form !== undefined; form = reader.next()) forms.push(form);
  return forms;
}

class FormReader {
  private position = 0;

  constructor(private readonly source: string) {}

  next(): Node | undefined {
    this.skipBlank();
    const char = this.source[this.position];
    if (char === undefined || char === ')') return undefined;
    if (char === '(') return this.list();
    return char === '"' ? this.string() : this.atom();
  }

  private list(): Node {
    const start = this.position++;
    const items: Node[] = [];
    for (let item = this.next(); item !== undefined; item = this.next()) items.push(item);
    this.position++;
    return { kind: 'list', items, source: this.source.slice(start, this.position) };
  }

  private string(): Node {
    const start = ++this.position;
    while (this.source[this.position] !== '"') this.position += this.source[this.position] === '\\' ? 2 : 1;
    return { kind: 'string', text: unescape(this.source.slice(start, this.position++)) };
  }

  private atom(): Node {
    const start = this.position;
    while (/[^\s();"]/.test(this.source[this.position] ?? ' ')) this.position++;
    return { kind: 'atom', text: this.source.slice(start, this.position) };
  }

  private skipBlank(): void {
    for (;;) {
      const rest = this.source.slice(this.position, this.position + 2);
      if (rest === ';;') this.skipTo('\n', 0);
      else if (rest === '(;') this.skipBlockComment();
      else if (/^\s/.test(rest)) this.position++;
      else return;
    }
  }

  private skipTo(end: string, extra: number): void {
    const found = this.source.indexOf(end, this.position);
    this.position = found < 0 ? this.source.length : found + extra;
  }

  private skipBlockComment(): void {
    let depth = 0;
    do {
      const two = this.source.slice(this.position, this.position + 2);
      if (two === '(;') depth++;
      if (two === ';)') depth--;
      this.position += two === '(;' || two === ';)' ? 2 : 1;
    } while (depth > 0);
  }
}

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', '"': '"', "'": "'", '\\': '\\' };

/** Bytes of a string literal, read as UTF-8. */
function unescape(text: string): string {
  const bytes: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const codePoint = text.codePointAt(i) ?? 0;
    if (codePoint > 0xffff) i++;
    if (text[i] !== '\\') bytes.push(...Buffer.from(String.fromCodePoint(codePoint)));
    else if (text[i + 1] === 'u') {
      const end = text.indexOf('}', i);
      bytes.push(...Buffer.from(String.fromCodePoint(parseInt(text.slice(i + 3, end), 16))));
      i = end;
    } else if (ESCAPES[text[i + 1] ?? ''] !== undefined) bytes.push(...Buffer.from(ESCAPES[text[++i] ?? ''] ?? ''));
    else {
      bytes.push(parseInt(text.slice(i + 1, i + 3), 16));
      i += 2;
    }
  }
  return Buffer.from(bytes).toString('utf8');
}
