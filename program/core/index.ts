/** The core of the host: what its hot operations do, beside a memory of its own (program/README.md). */
export { answer0, answer1, answer2, answer3 } from './answer';
export { seed } from './hash';
export { INPUT, KEY, RECORDS, SIZES, VALUE, WARM, WARM_CAPACITY, WINDOW, WINDOW_CAPACITY } from './layout';
export { adopt, find, get, removeNewest, resize, set, undo, warm, write } from './table';
export { absorb, digest, isNext, matches, matchesPart, replayPosition, setReplay, take } from './replay';
