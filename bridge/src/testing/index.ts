export { startAlteringEndpoint, type Alteration } from './altering-endpoint.js';
export { anvilClient, freePort, nativeBinary, reorganise, startAnvil, testAccount, type AnvilHandle } from './anvil.js';
export {
  emptyHandedCode,
  imitationCall,
  imitationCode,
  REFUSING_CODE,
  TWO_FACED_CODE,
  type LogContent,
} from './imitation.js';
export { EMPTY_GENESIS, startL1, type DeployedL1 } from './deployment.js';
export { writeKeystore } from './keystore.js';
export { startNode, type TestNode } from './node.js';
export { answerTo, startRelay, type Question, type Relay, type Respond } from './relay.js';
