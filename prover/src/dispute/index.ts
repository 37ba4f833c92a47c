export { DisputeAgent, type AgentParts } from './agent.js';
export { type AgentView, type AssertionStanding, type OwnGame, type Plan, planTasks, type Task } from './agent-plan.js';
export { encodeMove, encodeOpen, type ClaimedState } from './game-calls.js';
export { commitment, GameReader, type GameReaderOptions, type GameRules } from './game-reader.js';
export { HonestTraces } from './honest-traces.js';
export { ItemInputs, type WatchedInputs } from './item-inputs.js';
export { DisputeMetrics } from './metrics.js';
export { formalMove, movesLeft, moverOf, nextMove } from './next-move.js';
export { type DisputeOptions, openAgent } from './open-agent.js';
export { Player, type PlayerOptions } from './player.js';
export { ReplayTrace, type ReplayStart } from './replay-trace.js';
export { afterEntry, afterSplit, atOpening, pointOf, segmentLength, unitsOf } from './sections.js';
export { SegmentTree } from './segment-tree.js';
export { type GameFailure } from './standing.js';
export {
  type Decision,
  type GameEvent,
  type GameView,
  type IdleReason,
  type Level,
  LEVELS,
  type Move,
  type Outcome,
  type Phase,
  type Role,
  type ShownSection,
  type StandingSection,
  type Trace,
  type UnitTrace,
} from './types.js';
export { type HonestTraceParts, type TraceRange } from './trace-maker.js';
export { clocksAt, readTurn, type Turn } from './turn.js';
