/** The word that an operation answered, where the bridge takes it: WebAssembly passes few results in registers. */
export let answer0: u64 = 0;
export let answer1: u64 = 0;
export let answer2: u64 = 0;
export let answer3: u64 = 0;

export function answerFrom(at: usize): void {
  answer0 = load<u64>(at);
  answer1 = load<u64>(at, 8);
  answer2 = load<u64>(at, 16);
  answer3 = load<u64>(at, 24);
}

export function answerZero(): void {
  answer0 = 0;
  answer1 = 0;
  answer2 = 0;
  answer3 = 0;
}
