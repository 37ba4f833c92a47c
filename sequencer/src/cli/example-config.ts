const ZERO = '0x0000000000000000000000000000000000000000';

/** A configuration with every value that has no default. */
export const exampleConfig = {
  dataDirectory: './data',
  genesis: './genesis.json',
  l1: {
    urls: ['http://127.0.0.1:9545'],
    chainId: 11155111,
    fromBlock: 0,
    confirmations: 4,
    addresses: {
      inbox: ZERO,
      rollup: ZERO,
      portal: ZERO,
      l2OutputOracle: ZERO,
      l1CrossDomainMessenger: ZERO,
      l1StandardBridge: ZERO,
    },
  },
  keys: {
    producer: { keystore: './keys/producer.json', passwordFile: './keys/producer.password' },
    poster: { keystore: './keys/poster.json', passwordFile: './keys/poster.password' },
    proposer: { keystore: './keys/proposer.json', passwordFile: './keys/proposer.password' },
  },
  proposer: { checker: 'http://127.0.0.1:9546' },
};
