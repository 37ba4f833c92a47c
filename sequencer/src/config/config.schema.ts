import { z } from 'zod';
import { defaultLimits } from '../api/api.options.js';

/** Values from flags and the environment arrive as text. */
const integer = (minimum: number, maximum: number) => z.coerce.number().int().min(minimum).max(maximum);
const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, 'expected an address')
  .transform((text) => text.toLowerCase() as `0x${string}`);
const list = z.preprocess(
  (value) => (typeof value === 'string' ? value.split(',').filter(Boolean) : value),
  z.array(z.url()).max(16),
);
const flag = z.preprocess(
  (value) => (typeof value === 'string' ? value === 'true' || value === '1' : value),
  z.boolean(),
);
const gwei = z.coerce.bigint().min(0n).max(1_000_000_000n);

const key = z
  .object({
    keystore: z.string().optional().describe('Keystore v3 file'),
    passwordFile: z.string().optional().describe('File whose first line is the password of the keystore'),
    devnetKey: z
      .string()
      .regex(/^0x[0-9a-fA-F]{64}$/)
      .optional()
      .describe('Plain private key; refused unless `devnet` is true'),
  })
  .prefault({});

/** Bounds of the public surface; the rest of them is in `src/api/api.options.ts`. */
const apiSchema = z
  .object({
    bodyBytes: integer(16_384, 1 << 26)
      .default(defaultLimits.bodyBytes)
      .describe('Largest request body or WebSocket message'),
    responseBytes: integer(65_536, 1 << 28)
      .default(defaultLimits.responseBytes)
      .describe('Largest answer to a batch'),
    batchCalls: integer(1, 100_000).default(defaultLimits.batchCalls).describe('Calls in one JSON-RPC batch'),
    logBlocks: integer(1, 1_000_000).default(defaultLimits.logBlocks).describe('Blocks one eth_getLogs may span'),
    logResults: integer(1, 1_000_000).default(defaultLimits.logResults).describe('Logs in one answer'),
    filtersPerClient: integer(0, 100_000).default(defaultLimits.filtersPerClient).describe('Filters of one client'),
    filtersTotal: integer(0, 1_000_000).default(defaultLimits.filtersTotal).describe('Filters of all clients'),
    subscriptionsPerSocket: integer(0, 100_000)
      .default(defaultLimits.subscriptionsPerSocket)
      .describe('Subscriptions of one WebSocket'),
    socketsPerClient: integer(0, 100_000).default(defaultLimits.socketsPerClient).describe('WebSockets of one client'),
    socketsTotal: integer(0, 1_000_000).default(defaultLimits.socketsTotal).describe('WebSockets of all clients'),
    connections: integer(1, 1_000_000).default(defaultLimits.connections).describe('Open TCP connections'),
    connectionsPerClient: integer(1, 1_000_000)
      .default(defaultLimits.connectionsPerClient)
      .describe('Open TCP connections of one client; not counted where `trustProxy` is set'),
    requestsPerSecond: integer(1, 1_000_000)
      .default(defaultLimits.requestsPerSecond)
      .describe('Requests of one client a second; clients on loopback are exempt'),
    limitLoopback: flag.default(defaultLimits.limitLoopback).describe('Counts clients on loopback as well'),
  })
  .prefault({});

/** Everything that can be set. Descriptions become the table in the README; units are in the names or the description. */
export const configSchema = z.object({
  dataDirectory: z
    .string()
    .min(1)
    .describe('Directory of journal, snapshots, posting records and, by default, the index'),
  genesis: z.string().min(1).describe('File with the chain configuration from which genesis is made'),
  devnet: flag.default(false).describe('Allows plain private keys and other short cuts of a development network'),
  http: z
    .object({
      host: z.string().default('127.0.0.1').describe('Address to listen on'),
      port: integer(0, 65_535).default(8545).describe('Port of JSON-RPC, REST, WebSocket and health; 0 = any'),
      trustProxy: flag
        .default(false)
        .describe('Takes the address of a client from X-Forwarded-For: only behind a proxy that sets it'),
      admin: z
        .object({
          host: z.string().default('127.0.0.1').describe('Address of the admin port'),
          port: integer(0, 65_535)
            .optional()
            .describe('Port of /healthz, /readyz and /metrics alone, which the public port then refuses; 0 = any'),
        })
        .prefault({}),
    })
    .prefault({}),
  api: apiSchema,
  index: z
    .object({
      url: z.string().optional().describe('`sqlite:<file>` or `postgres://...`; default: SQLite in the data directory'),
    })
    .prefault({}),
  l1: z.object({
    urls: list.describe('JSON-RPC URLs of L1, separated by commas; more than half must agree on a block'),
    chainId: integer(1, Number.MAX_SAFE_INTEGER).describe('Chain id of L1'),
    addresses: z
      .object({
        inbox: address,
        rollup: address,
        portal: address,
        l2OutputOracle: address,
        l1CrossDomainMessenger: address,
        l1StandardBridge: address,
      })
      .describe('Contracts of the chain on L1'),
    fromBlock: z.coerce.bigint().min(0n).default(0n).describe('L1 block of the deployment, or an earlier one'),
    confirmations: integer(0, 64).default(4).describe('L1 blocks above a deposit before it is used'),
    pollMilliseconds: integer(50, 60_000).default(2_000).describe('Pause between looks at L1'),
    timeoutMilliseconds: integer(100, 120_000).default(10_000).describe('Longest wait for one answer of L1'),
    silenceSeconds: integer(1, 3_600).default(60).describe('L1 silent for longer than this: the node is not ready'),
    maxResponseBytes: integer(1_024, 1 << 30)
      .default(33_554_432)
      .describe('Largest answer of L1 that is read'),
    maxReorgDepth: integer(1, 10_000).default(64).describe('L1 reorganisations deeper than this stop the node'),
    beacons: list.default([]).describe('Beacon nodes of L1, separated by commas: for blobs that this node must read'),
    blobArchives: list.default([]).describe('Other nodes that serve blobs by versioned hash, separated by commas'),
    sidecar: z.enum(['blob', 'cells']).default('blob').describe('Proofs beside blobs: `cells` for L1 from Osaka on'),
  }),
  keys: z
    .object({
      producer: key.describe('Signs blocks'),
      poster: key.describe('Pays for batches on L1'),
      proposer: key.describe('Pays and bonds assertions on L1'),
    })
    .prefault({}),
  block: z
    .object({
      slotMilliseconds: integer(50, 60_000).default(1_000).describe('Length of a slot'),
      maxContentBytes: integer(1_024, 700_000)
        .default(500_000)
        .describe('Content at which a block is sealed before its slot ends'),
      maxDelayed: integer(1, 64).default(64).describe('Delayed messages in one block'),
    })
    .prefault({}),
  intake: z
    .object({
      transactions: integer(1, 1_000_000)
        .default(20_000)
        .describe('Transactions on their way to the engine; more get -32005'),
      bytes: integer(16_384, 1 << 30)
        .default(33_554_432)
        .describe('Bytes of them'),
      chunk: integer(1, 4_096).default(128).describe('Transactions that go to a signature worker at once'),
      queuePerAccount: integer(0, 1_024).default(16).describe('Future nonces that wait for one account'),
      queueTotal: integer(0, 1_000_000).default(10_000).describe('Future nonces that wait in all'),
      queueSeconds: integer(60, 604_800).default(10_800).describe('Longest wait of a future nonce'),
      priceBumpPercent: integer(0, 1_000).default(10).describe('By how much a replacement must pay more'),
    })
    .prefault({}),
  workers: z
    .object({
      signatures: integer(1, 64).default(2).describe('Signature threads'),
      queries: integer(1, 64).default(1).describe('Query threads, each with a copy of the state'),
      queryMilliseconds: integer(10, 60_000).default(5_000).describe('Longest run of one query'),
      queriesWaiting: integer(1, 100_000).default(2_000).describe('Queries that wait for a thread; more get -32005'),
      historyBlocks: integer(1, 100_000)
        .default(256)
        .describe('Blocks whose state can be asked for; proofs of withdrawals at asserted blocks outlive them'),
    })
    .prefault({}),
  journal: z
    .object({
      archive: flag
        .default(true)
        .describe(
          'Keeps every journal file; else those are deleted that neither a restart nor the proofs of the next assertion can need',
        ),
      segmentBytes: integer(4_096, 1 << 30)
        .default(67_108_864)
        .describe('Size at which a journal file is closed'),
      snapshotEveryBlocks: integer(1, 1_000_000).default(600).describe('Blocks between snapshots'),
      snapshotEveryTransactions: integer(1, 100_000_000).default(500_000).describe('Transactions between snapshots'),
    })
    .prefault({}),
  poster: z
    .object({
      enabled: flag.default(true).describe('Posts batches to L1'),
      data: z
        .enum(['auto', 'blobs', 'calldata'])
        .default('auto')
        .describe('Where batches go; `auto` takes the cheaper'),
      intervalSeconds: integer(1, 3_000).default(60).describe('Longest age of an unposted block'),
      targetBytes: integer(1_024, 760_000)
        .default(126_000)
        .describe('Payload at which a batch is posted at once (a blob holds 126,976)'),
      maxBacklogBytes: integer(1_048_576, 1 << 30)
        .default(268_435_456)
        .describe('Bytes that may wait for L1; beyond them users get -32005'),
      maxBlobs: integer(1, 6).default(6).describe('Blobs in one batch'),
      clockMarginSeconds: integer(0, 120)
        .default(12)
        .describe('Age of a block before it is posted: L1 must not be behind it'),
      resubmitSeconds: integer(1, 3_600).default(60).describe('Wait for inclusion before fees are bumped'),
      confirmations: integer(0, 64).default(0).describe('Further L1 blocks above a batch before its blocks are safe'),
      flushOnStop: flag.default(false).describe('Posts what is sealed before a graceful shutdown ends'),
      flushSeconds: integer(1, 300).default(20).describe('Longest wait for that'),
      maxFeeGwei: gwei.default(500n).describe('Highest fee per gas'),
      maxBlobFeeGwei: gwei.default(500n).describe('Highest fee per blob gas'),
      alarmEther: z.coerce
        .number()
        .min(0)
        .default(0.1)
        .describe('Balance below which the alarm is raised, ether; also below what batches of three days cost'),
    })
    .prefault({}),
  proposer: z
    .object({
      enabled: flag.default(true).describe('Posts assertions to L1'),
      intervalSeconds: integer(1, 86_400).default(3_600).describe('Time between assertions'),
      withdrawalSeconds: integer(1, 86_400).default(300).describe('Time between assertions while a withdrawal waits'),
      checker: z
        .url({ protocol: /^https?$/ })
        .optional()
        .describe(
          'Status server of a prover; nothing is asserted beyond what it has run in the stepper. Required unless `devnet`',
        ),
      defender: address
        .optional()
        .describe(
          'Dispute account of a prover that plays the games about assertions of this node; named on L1 before the first one',
        ),
    })
    .prefault({}),
  proofs: z
    .object({
      againSeconds: integer(3_600, 31_536_000)
        .default(1_814_400)
        .describe('How long proofs of a withdrawal at assertions after the first that covers it are kept'),
      againWithdrawals: integer(0, 100_000)
        .default(1_000)
        .describe('Such proofs at one assertion, of the newest withdrawals; about 1 KB each'),
    })
    .prefault({}),
  log: z
    .object({
      level: z
        .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal'])
        .default('info')
        .describe('Least level that is printed'),
      format: z.enum(['json', 'text']).default('json').describe('Form of log lines'),
    })
    .prefault({}),
  drainSeconds: integer(1, 300).default(30).describe('Longest graceful shutdown'),
});

/** Validated configuration. */
export type SequencerConfig = z.output<typeof configSchema>;
