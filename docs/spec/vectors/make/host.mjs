// host.json: what each host operation answers, and where it traps (docs/spec/program.md).
import { aggregates } from './aggregates.mjs';
import { cryptographyCases } from './host-cryptography.mjs';
import { inputCases, inputs } from './host-inputs.mjs';
import { MEMORY, perform } from './host-model.mjs';
import { stateCases } from './host-state.mjs';

export const hostVectors = () => {
  const known = aggregates();
  const answers = inputs();
  const cases = [...stateCases(), ...inputCases(), ...cryptographyCases(known)];
  return {
    description:
      'Host operations (docs/spec/program.md). Each case: an empty state, an empty log, no checkpoint, and a memory whose byte i is (i + floor(i / 256)) mod 256; `memory` is put into it and the calls are made in order. Then the memory is as before but for `results`, and state root and log hash are as given; with `traps` the last call traps. `inputs` answers read_input: space 0 the position words, space 1 the headers of items 0, 1, ..., space 2 the payload of the current item, space 3 the words of messages 0, 1, ..., all joined. `aggregates` are the preimages behind digests (machine.md).',
    memoryBytes: MEMORY,
    inputs: answers,
    aggregates: known,
    cases: cases.map((each) => perform(each, answers, known)),
  };
};
