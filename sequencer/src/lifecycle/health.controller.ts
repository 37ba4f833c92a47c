import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { MetricsService } from '../metrics/metrics.service.js';
import { type Readiness, ReadinessService } from './readiness.service.js';
import { VERSION } from './version.js';

/** As the Beacon API: 200 ready, 206 syncing, 503 not. */
export const STATUS_CODES: Record<Readiness['status'], number> = { ready: 200, syncing: 206, unavailable: 503 };

/** What load balancers, orchestrators and Prometheus ask. */
@Controller()
export class HealthController {
  constructor(
    @Inject(ReadinessService) private readonly readiness: ReadinessService,
    @Inject(MetricsService) private readonly metrics: MetricsService,
  ) {}

  /** The process lives. */
  @Get('healthz')
  healthz(): { status: string; version: string } {
    return { status: 'ok', version: VERSION };
  }

  /** The node should get traffic. */
  @Get('readyz')
  async readyz(@Res({ passthrough: true }) reply: FastifyReply): Promise<Readiness & { version: string }> {
    const readiness = await this.readiness.readiness();
    void reply.status(STATUS_CODES[readiness.status]);
    return { ...readiness, version: VERSION };
  }

  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  metricsText(): Promise<string> {
    return this.metrics.registry.metrics();
  }
}
