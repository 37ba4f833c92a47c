import { Listr } from 'listr2';
import { startAnvil } from '../l1/anvil.js';
import type { Child } from '../process/child.js';
import { requireFree } from '../process/ports.js';
import { type Devnet as Description, DataDirectory } from './data-directory.js';
import { deploy, registerProgram } from './deploy.js';
import { openMarket } from './market.js';
import type { DevnetOptions } from './options.js';
import { startProver, startSequencer } from './services.js';

/** The processes of one devnet, started in order and stopped in the reverse order. */
export class Devnet {
  private readonly children: Child[] = [];
  private readonly directory: DataDirectory;
  private description: Description | undefined;

  constructor(readonly options: DevnetOptions) {
    this.directory = new DataDirectory(options.data);
  }

  /** Brings everything up, showing progress; calls `onFailure` if a process ends later by itself. */
  async start(onFailure: (error: unknown) => void): Promise<Description> {
    const { options } = this;
    await requireFree(options.l1Port, 'The L1', '--l1-port');
    await requireFree(options.rpcPort, 'The sequencer', '--rpc-port');
    await requireFree(options.proverPort, 'The prover', '--prover-port');
    this.directory.open(options.reset);
    this.description = this.directory.read();
    await this.tasks().run();
    for (const child of this.children) child.onFailure(onFailure);
    return this.known();
  }

  /** Also in the middle of a start: what is not ready yet is stopped too. */
  async stop(): Promise<void> {
    for (let child = this.children.pop(); child; child = this.children.pop()) await child.stop();
  }

  private tasks(): Listr {
    const { options, directory } = this;
    const again = this.description !== undefined;
    const started = (child: Child) => this.children.push(child);
    return new Listr(
      [
        {
          title: again ? 'Continue the L1 (anvil)' : 'Start an L1 (anvil)',
          task: async () => {
            const { l1Port: port, l1BlockTime: blockTime } = options;
            await startAnvil({ port, directory: directory.path, blockTime, persistent: true, started });
          },
        },
        {
          title: 'Deploy the contracts',
          enabled: () => !again,
          task: async (_, task) => {
            this.save(await deploy(options, directory, (text) => (task.output = text)));
          },
        },
        {
          title: 'Register the program for disputes',
          enabled: () => this.description?.programRegistered !== true,
          task: async (_, task) => {
            await registerProgram(this.known(), (text) => (task.output = text));
            this.save({ ...this.known(), programRegistered: true });
          },
        },
        {
          title: 'Start the sequencer',
          task: async () => {
            await startSequencer(this.known(), options, directory, {}, started);
          },
        },
        {
          title: 'Start the prover',
          task: async () => {
            await startProver(this.known(), options, directory, {}, started);
          },
        },
        {
          title: 'Open a market: deposits, pools, swaps',
          enabled: () => this.description?.marketOpen !== true,
          task: async (_, task) => {
            await openMarket(this.known(), (text) => (task.output = text));
            this.save({ ...this.known(), marketOpen: true });
          },
        },
      ],
      { rendererOptions: { collapseSubtasks: false }, registerSignalListeners: false },
    );
  }

  private save(description: Description): void {
    this.description = description;
    this.directory.write(description);
  }

  private known(): Description {
    return this.description as Description;
  }
}
