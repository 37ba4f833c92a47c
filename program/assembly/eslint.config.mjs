import { assembly } from '../../chain/eslint.config.mjs';
import root from '../../eslint.config.mjs';

export default [...root, { files: ['**/*.ts'], ...assembly }];
