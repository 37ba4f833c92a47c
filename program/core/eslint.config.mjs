import root from '../../eslint.config.mjs';

/** As for the rules: `==` compares integers, and u64 literals are exact. What keeps the rules provable does not concern the host. */
export default [...root, { files: ['**/*.ts'], rules: { eqeqeq: 'off', 'no-loss-of-precision': 'off' } }];
