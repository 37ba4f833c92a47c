export { anvilClient, freePort, nativeBinary, startAnvil, testAccount, type AnvilHandle } from './anvil.js';
