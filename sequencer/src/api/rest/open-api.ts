import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { ApiModule } from '../api.module.js';

/** Serves the description of the REST interface: /openapi.json, and pages to read and try it under /docs. Call before `listen`. */
export function serveOpenApi(app: NestFastifyApplication, version: string): void {
  const config = new DocumentBuilder()
    .setTitle('MetaChain')
    .setDescription(
      'Native operations, quotes, receipts and history. Amounts are decimals in base units; JSON-RPC is at / and /rpc.',
    )
    .setVersion(version)
    .build();
  const document = () => SwaggerModule.createDocument(app, config, { include: [ApiModule] });
  SwaggerModule.setup('docs', app, document, { jsonDocumentUrl: 'openapi.json' });
}
