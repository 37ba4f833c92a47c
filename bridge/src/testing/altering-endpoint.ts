import { type Relay, startRelay } from './relay.js';

/** What becomes of the result of a method; requests that L1 refuses are passed on as they are. */
export type Alteration = (method: string, result: unknown) => unknown;

/** Opens an L1 endpoint in front of the one at `target` that passes questions on and changes some of the answers. */
export const startAlteringEndpoint = (target: string, alter: Alteration): Promise<Relay> =>
  startRelay(target, async ({ method }, pass) => {
    const answer = JSON.parse(await pass()) as Record<string, unknown>;
    if ('result' in answer) answer['result'] = alter(method, answer['result']);
    return JSON.stringify(answer);
  });
