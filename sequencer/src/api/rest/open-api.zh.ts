/** Every text of the description of the interface in Chinese, by its English. A test fails where one is missing or no longer used. */
export const CHINESE: Readonly<Record<string, string>> = {
  'MetaChain REST interface': 'MetaChain REST 接口',
  'Pools, tokens and the best route for a swap': '资金池、代币，以及兑换的最优路径',
  'Submit what a wallet signed, and follow it to L1': '提交钱包签名的交易，并跟踪它直到上 L1',
  'What an address holds and did': '一个地址的持有与历史',
  'Blocks, batches on L1, prices and finality': '区块、L1 上的批次、价格与最终性',
  'Entries from this index on; take it from `next`': '从这个序号开始的条目；取自 `next`',
  'What was wrong with the request; nothing was changed': '请求错在哪里；没有任何改动',
  'Pools in the order of creation': '按创建顺序列出资金池',
  'Address or index of a pool': '资金池的地址或序号',
  'A pool by address or index': '按地址或序号查询一个资金池',
  'Tokens in the order of registration; LP tokens are under pools': '按登记顺序列出代币；LP 代币见资金池',
  'Token to give': '付出的代币',
  'Token to get': '得到的代币',
  'Exact input, base units; either this or amountOut': '精确的付出数量，最小单位；与 amountOut 二选一',
  'Exact output, base units': '精确的得到数量，最小单位',
  'Tolerance for minimumOut or maximumIn, hundredths of a percent': 'minimumOut 或 maximumIn 的容差，单位为万分之一',
  'Best route of up to three pools for an exact input or an exact output':
    '对精确付出或精确得到的数量，求最多经过三个资金池的最优路径',
  'Operations and the EIP-712 signature of the wallet': '操作与钱包的 EIP-712 签名',
  'A signed transaction as bytes': '以字节表示的已签名交易',
  'Submit wire bytes, or operations with a signature; answers when journalled':
    '提交线上字节，或操作加签名；写入日志后才应答',
  'Receipt with finality, fee split and L1 cost alone and shared': '回执：最终性、费用拆分，以及单独与分摊的 L1 成本',
  'Balances, nonces and lanes': '余额、nonce 与通道',
  'Opaque; take it from `next` of the page before': '不透明的值；取自上一页的 `next`',
  'Transactions the account took part in, newest first': '该账户参与的交易，最新的在前',
  'Entries below this number; take it from `next`': '小于这个编号的条目；取自 `next`',
  'Blocks, newest first': '区块，最新的在前',
  'Batches on L1, newest first': 'L1 上的批次，最新的在前',
  'Heads, prices and where the chain lives on L1': '链头、价格，以及链在 L1 上的位置',
  'Stable code': '稳定的错误码',
  'Fields or values that caused it': '引起错误的字段或值',
  'Also the address of the LP token': '也是 LP 代币的地址',
  'Base units, decimal': '最小单位，十进制',
  'Pass as `after` for the next page; null at the end': '作为 `after` 传入以取下一页；到末尾为 null',
  'LP tokens in existence, base units, decimal': '现存的 LP 代币，最小单位，十进制',
  'The L1 token it stands for': '它所代表的 L1 代币',
  'Exact input: least output within the tolerance, rounded down': '精确付出时：容差内最少得到的数量，向下取整',
  'Exact output: greatest input within the tolerance, rounded up': '精确得到时：容差内最多付出的数量，向上取整',
  'Pools to cross, in order': '依次经过的资金池',
  'Tokens on the way, the given one first': '途经的代币，付出的在前',
  'Amount of each token on the way': '途经的每种代币的数量',
  "How much worse than the reserves' own price, hundredths of a percent, fees included":
    '比储备自身的价格差多少，单位为万分之一，含手续费',
  'The packed operation that executes it, without rounding of its amounts': '执行它的打包操作，数量未取整',
  Decimal: '十进制',
  'Until when it may be executed, Unix seconds': '执行的截止时间，Unix 秒',
  'Base units of the fee token, decimal; must be one the wire can carry':
    '手续费代币的最小单位，十进制；必须是线上格式能表示的数',
  'Operations by their EIP-712 type and fields; amounts as decimals': '操作，以其 EIP-712 类型与字段表示；数量为十进制',
  'A packed or a raw Ethereum transaction as hex; in place of `transaction` and `signature`':
    '十六进制的打包交易或以太坊原始交易；代替 `transaction` 与 `signature`',
  'r, s and v of the EIP-712 signature, 65 bytes; with `transaction`':
    'EIP-712 签名的 r、s、v，共 65 字节；与 `transaction` 一起使用',
  'The transaction is journalled in each case': '无论哪种情况，交易都已写入日志',
  "The rules' error number, 0 when executed": '规则的错误编号，已执行时为 0',
  'Block under construction that holds it': '包含它的、正在构造的区块',
  'Token the fee was paid in': '支付手续费所用的代币',
  'Base units of that token, decimal': '该代币的最小单位，十进制',
  'Part for execution': '执行部分',
  'Part for bytes on L1': 'L1 字节部分',
  'Bytes on L1, the signature included': 'L1 上的字节数，含签名',
  'Wei for a batch that holds only this transaction; null until it is on L1':
    '只含这一笔交易的批次所需的 wei；上 L1 之前为 null',
  'Wei: bytes times cost of the batch over bytes of the batch, rounded up':
    'wei：字节数乘以批次成本再除以批次字节数，向上取整',
  "The rules' error number, 0 when it succeeded": '规则的错误编号，成功时为 0',
  Seconds: '秒',
  'Nonce or sequence': 'nonce 或序号',
  'Next sequence, decimal': '下一个序号，十进制',
  'Next nonce of Ethereum transactions in the newest block, decimal': '以太坊交易在最新区块中的下一个 nonce，十进制',
  'The same with everything accepted since': '同上，并计入此后接受的全部交易',
  'Lanes 0 to 2, and others used lately': '通道 0 到 2，以及最近用过的其他通道',
  'Tokens and LP tokens with a balance': '有余额的代币与 LP 代币',
  'More tokens exist than were looked at': '还有未查看的代币',
  'Cursor of the next page; null at the end': '下一页的游标；到末尾为 null',
  'Wei per gas': '每单位 gas 的 wei',
  'Wei per byte on L1': 'L1 上每字节的 wei',
  'Newest first': '最新的在前',
  'Pass as `before`': '作为 `before` 传入',
  'Inbox item': '收件箱条目',
  'Wei paid on L1 for execution and blobs': '在 L1 上为执行与 blob 支付的 wei',
  'The part of it for blobs; 0 for a batch in calldata': '其中用于 blob 的部分；批次在 calldata 中时为 0',
  'Newest block of each level of finality': '每一级最终性的最新区块',
  'Wei per gas and wei per byte on L1, decimal': '每单位 gas 的 wei 与 L1 上每字节的 wei，十进制',
  'L1 chain id and contracts': 'L1 的链 id 与合约',
};

/** What stands above everything. */
export const CHINESE_DESCRIPTION = `链上的价格、余额、回执与历史，以及提交已签名操作的途径。

- **数量**是以文本表示的十进制数，单位为代币的最小单位：1 ETH 是 \`"1000000000000000000"\`，1 DCEP 是 \`"1000000"\`。
- **每个应答**都写明它对应的区块（\`height\`、\`blockHash\`）以及该区块的最终性：\`soft\`（已排序，崩溃也不会丢失）、
  \`safe\`（它的批次已在 L1 上）、\`final\`（任何人都不能再提出争议）。
- **错误**只有一种形式：稳定的 \`code\`、HTTP 的 \`error\`、供人阅读的 \`message\`，以及 \`details\`。未知字段会被拒绝。
- 列表会应答 \`next\`；把它传回即可取得下一页。到末尾为 null。

钱包使用 \`/\` 上的 JSON-RPC（POST 与 WebSocket）。供程序使用的本说明：[/openapi.zh.json](/openapi.zh.json)。English: [/docs](/docs).`;
