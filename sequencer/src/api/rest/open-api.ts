import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { ApiModule } from '../api.module.js';
import { CHINESE, CHINESE_DESCRIPTION } from './open-api.zh.js';

const TITLE = 'MetaChain REST interface';

const DESCRIPTION = `Prices, balances, receipts and history of the chain, and a way to submit signed operations.

- **Amounts** are decimals as text, in the smallest unit of their token: 1 ETH is \`"1000000000000000000"\`, 1 DCEP is \`"1000000"\`.
- **Every answer** names the block it holds at (\`height\`, \`blockHash\`) and how final that block is: \`soft\` (ordered, survives a crash),
  \`safe\` (its batch is on L1), \`final\` (nobody can dispute it any more).
- **Errors** have one form: a stable \`code\`, the HTTP \`error\`, a \`message\` to read, and \`details\`. Unknown fields are refused.
- Lists answer \`next\`; pass it on to get the next page. It is null at the end.

Wallets use JSON-RPC at \`/\` (POST and WebSocket). This description for programs: [/openapi.json](/openapi.json). 中文: [/docs/zh](/docs/zh).`;

const TAGS = {
  market: 'Pools, tokens and the best route for a swap',
  transactions: 'Submit what a wallet signed, and follow it to L1',
  accounts: 'What an address holds and did',
  chain: 'Blocks, batches on L1, prices and finality',
};

/** Without what says nothing here (the tool's bar, the one server, links between answers); on a phone the width goes to the values. */
const STYLE = `
  .swagger-ui .topbar, .swagger-ui .scheme-container, .swagger-ui .response-col_links { display: none }
  .swagger-ui .info { margin: 24px 0 }
  .swagger-ui .info .markdown p, .swagger-ui .info li { font-size: 15px; line-height: 1.5 }
  .swagger-ui .opblock .opblock-summary-path { word-break: break-word }
  @media (max-width: 640px) {
    .swagger-ui .wrapper { padding: 0 10px }
    .swagger-ui .opblock-body, .swagger-ui .opblock-section { max-width: 100%; overflow-x: auto }
    .swagger-ui .responses-inner, .swagger-ui .parameters-container, .swagger-ui .table-container { padding: 10px }
    .swagger-ui .parameters-col_name { width: auto; min-width: 105px; padding-right: 8px }
    .swagger-ui .parameter__name.required span { white-space: nowrap }
    .swagger-ui .parameters-col_description { min-width: 0 }
    .swagger-ui .parameters-col_description input, .swagger-ui .parameters-col_description select { max-width: 100% }
    .swagger-ui .response-col_status, .swagger-ui td.response-col_status { width: 40px; min-width: 40px; padding-right: 6px }
    .swagger-ui .highlight-code .microlight, .swagger-ui .microlight { font-size: 11px; white-space: pre; word-break: normal }
    .swagger-ui table.parameters td, .swagger-ui .markdown code { word-break: break-word }
  }`;

/** The page of the tool has no viewport: a phone would draw it 980 pixels wide and tiny. */
const VIEWPORT = `
  const meta = document.createElement('meta');
  Object.assign(meta, { name: 'viewport', content: 'width=device-width, initial-scale=1' });
  document.head.append(meta);`;

/**
 * Serves the description of the REST interface: /openapi.json, and pages to read and try it under /docs; the same in Chinese at /openapi.zh.json
 * and /docs/zh. Call before `listen`.
 */
export function serveOpenApi(app: NestFastifyApplication, version: string): void {
  // The longer path first: else it would be taken for a file of the other page.
  setUp(app, 'docs/zh', 'openapi.zh.json', CHINESE[TITLE]!, () => inChinese(describeInterface(app, version)));
  setUp(app, 'docs', 'openapi.json', TITLE, () => describeInterface(app, version));
}

function setUp(
  app: NestFastifyApplication,
  path: string,
  jsonDocumentUrl: string,
  customSiteTitle: string,
  document: () => OpenAPIObject,
): void {
  SwaggerModule.setup(path, app, document, {
    jsonDocumentUrl,
    customSiteTitle,
    customCss: STYLE,
    customJsStr: VIEWPORT,
    swaggerOptions: { deepLinking: true, defaultModelsExpandDepth: 0, displayRequestDuration: true },
  });
}

/** Names of fields with text for people. */
const TEXTS = ['title', 'summary', 'description'];

/** The same document in Chinese. What the table lacks stays English. */
function inChinese(document: OpenAPIObject): OpenAPIObject {
  const known: Readonly<Record<string, string>> = { ...CHINESE, [DESCRIPTION]: CHINESE_DESCRIPTION };
  const text = JSON.stringify(document, (name, value: unknown) =>
    TEXTS.includes(name) && typeof value === 'string' ? (known[value] ?? value) : value,
  );
  return JSON.parse(text) as OpenAPIObject;
}

function describeInterface(app: NestFastifyApplication, version: string): OpenAPIObject {
  const builder = new DocumentBuilder().setTitle(TITLE).setDescription(DESCRIPTION);
  for (const [name, description] of Object.entries(TAGS)) builder.addTag(name, description);
  const config = builder.setVersion(version).addServer('/').build();
  const operationIdFactory = (_controller: string, method: string) => method;
  return tidy(SwaggerModule.createDocument(app, config, { include: [ApiModule], operationIdFactory }));
}

/** Names without the suffix of their classes; and no number of this interface has a fraction. */
function tidy(document: OpenAPIObject): OpenAPIObject {
  const text = JSON.stringify(document, (name, value: unknown) =>
    name === 'type' && value === 'number' ? 'integer' : value,
  );
  return JSON.parse(text.replaceAll(/\b([A-Z]\w*)Dto\b/g, '$1')) as OpenAPIObject;
}
