export { encodeMove, encodeOpen, type Roots } from './game-calls.js';
export { commitment, GameReader, type GameReaderOptions, type GameRules } from './game-reader.js';
export { HonestTraces, type HonestTraceParts, type TraceRange } from './honest-traces.js';
export { movesLeft, moverOf, nextMove } from './next-move.js';
export { type GameFailure, Player, type PlayerOptions } from './player.js';
export { ReplayTrace, type ReplayStart } from './replay-trace.js';
export { placeSections, pointOf, segmentLength } from './sections.js';
export {
  type Decision,
  type GameEvent,
  type GameView,
  type IdleReason,
  type Level,
  LEVELS,
  type Move,
  type Phase,
  PHASES,
  type Role,
  type ShownSection,
  type StandingSection,
  type Trace,
  type UnitTrace,
} from './types.js';
