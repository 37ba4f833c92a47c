import { kernelReason } from '../../chain/src/kernel/reasons';
import { bankReason } from '../../chain/src/modules/bank/module';
import { bridgeReason } from '../../chain/src/modules/bridge/module';
import { swapReason } from '../../chain/src/modules/swap/module';
import { tokenReason } from '../../chain/src/modules/token/module';

/** The sentence for an error number, for `Error(string)`; only calls fail with a reason, so auth and fees have none here. */
export function reasonOf(code: u32): string {
  switch (code / 1000) {
    case 1:
      return kernelReason(code);
    case 3:
      return bankReason(code);
    case 4:
      return tokenReason(code);
    case 5:
      return swapReason(code);
    case 7:
      return bridgeReason(code);
    default:
      return '';
  }
}
