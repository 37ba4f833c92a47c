import { readdirSync, readFileSync } from 'node:fs';
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import type { OnApplicationShutdown } from '@nestjs/common';

/** From when on this process should not get traffic. */
export interface ProcessLimits {
  /** Longest time the main thread may have been busy with one thing lately, milliseconds. */
  readonly blockedMilliseconds: number;
  /** What counts as lately. */
  readonly memoryMilliseconds: number;
  /** Share of V8's limit that may be in use after it was collected. */
  readonly heapRatio: number;
  /** Share of the files and sockets that the system lets this process open. */
  readonly filesRatio: number;
}

/** What the system and V8 say of this process. */
export interface ProcessReadings {
  heap(): { readonly used: number; readonly limit: number };
  /** Undefined where the system does not tell. */
  files(): { readonly open: number; readonly limit: number } | undefined;
}

const defaults: ProcessLimits = {
  blockedMilliseconds: 2_000,
  memoryMilliseconds: 10_000,
  heapRatio: 0.9,
  filesRatio: 0.85,
};
const NANOSECONDS = 1_000_000;
const RESOLUTION_MILLISECONDS = 20;

/** Whether the process itself can serve: its main thread keeps up, its heap and its file descriptors are not used up. */
export class ProcessHealth implements OnApplicationShutdown {
  private readonly delays: [IntervalHistogram, IntervalHistogram];
  private readonly turn: NodeJS.Timeout;

  constructor(
    private readonly limits: ProcessLimits = defaults,
    private readonly readings: ProcessReadings = systemReadings,
  ) {
    this.delays = [startHistogram(), startHistogram()];
    this.turn = setInterval(() => this.forget(), limits.memoryMilliseconds).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.turn);
    for (const histogram of this.delays) histogram.disable();
  }

  /** `ok`, and each reading in words. */
  state(): { readonly ok: boolean; readonly detail: string } {
    const blocked = Math.max(...this.delays.map(({ max }) => max / NANOSECONDS));
    const heap = ratio(this.readings.heap());
    const files = this.readings.files();
    const ok =
      blocked < this.limits.blockedMilliseconds &&
      heap < this.limits.heapRatio &&
      (files === undefined || ratio({ used: files.open, limit: files.limit }) < this.limits.filesRatio);
    const descriptors = files === undefined ? 'file descriptors unknown' : `${files.open} of ${files.limit} files open`;
    return {
      ok,
      detail: `event loop blocked for at most ${Math.round(blocked)} ms, heap ${Math.round(heap * 100)} % full, ${descriptors}`,
    };
  }

  /** Two histograms take turns, so that what was measured is remembered for one to two spans, never for no time at all. */
  private forget(): void {
    const [older, newer] = this.delays;
    older.reset();
    this.delays[0] = newer;
    this.delays[1] = older;
  }
}

function startHistogram(): IntervalHistogram {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MILLISECONDS });
  histogram.enable();
  return histogram;
}

const ratio = ({ used, limit }: { used: number; limit: number }): number => used / limit;

const systemReadings: ProcessReadings = {
  heap: () => {
    const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
    return { used, limit };
  },
  files: openFiles,
};

/** Linux: /proc. */
function openFiles(): { open: number; limit: number } | undefined {
  try {
    const limit = Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]);
    return Number.isFinite(limit) ? { open: readdirSync('/proc/self/fd').length, limit } : undefined;
  } catch {
    return undefined;
  }
}
