import { Inject, Injectable, Logger } from '@nestjs/common';
import { API_OPTIONS, type ApiLimits, type ApiOptions } from '../api.options.js';
import { parseJson } from './json-body.js';
import { errorText, readCall, type RefusedCall, type RpcCall, successText } from './protocol.js';
import type { CallContext, Method, MethodTable } from './method.js';
import { METHODS } from './method-table.js';
import { RPC_CODE, RpcError } from './rpc.errors.js';
import { toRpcError } from './to-rpc-error.js';
import { TransactionGateway } from './transaction-gateway.js';

type Call = RpcCall | RefusedCall;
const isRefused = (call: Call): call is RefusedCall => 'refusal' in call;

/** Answers JSON-RPC 2.0 bodies, single or batch, for HTTP and WebSocket alike. */
@Injectable()
export class RpcDispatcher {
  private readonly logger = new Logger(RpcDispatcher.name);
  private readonly methods: ReadonlyMap<string, Method>;
  private readonly limits: ApiLimits;
  private readonly observe: ApiOptions['observe'];

  constructor(
    @Inject(METHODS) methods: MethodTable,
    @Inject(TransactionGateway) private readonly gateway: TransactionGateway,
    @Inject(API_OPTIONS) options: ApiOptions,
  ) {
    this.methods = new Map(Object.entries(methods));
    this.limits = options.limits;
    this.observe = options.observe;
  }

  /** Names of every method, for rpc_modules and tests. */
  get methodNames(): string[] {
    return [...this.methods.keys()];
  }

  /** Answer as JSON text; undefined if the body held notifications only. Never rejects. */
  async answer(body: Uint8Array, context: CallContext): Promise<string | undefined> {
    let parsed: unknown;
    try {
      parsed = parseJson(body, this.limits.jsonDepth);
    } catch (error) {
      return errorText(null, toRpcError(error, this.logger));
    }
    if (Array.isArray(parsed)) return this.answerBatch(parsed, context);
    const call = readCall(parsed);
    const text = await this.answerCall(call, context);
    return text !== undefined && text.length > this.limits.responseBytes
      ? errorText(call.id ?? null, this.tooLarge())
      : text;
  }

  private async answerBatch(members: readonly unknown[], context: CallContext): Promise<string | undefined> {
    if (members.length === 0) return errorText(null, new RpcError(RPC_CODE.invalidRequest, 'empty batch'));
    if (members.length > this.limits.batchCalls) {
      const message = `batch too large: at most ${this.limits.batchCalls} calls`;
      return `[${errorText(null, new RpcError(RPC_CODE.invalidRequest, message))}]`;
    }
    const texts = await this.answerCalls(members.map(readCall), context);
    return texts.length === 0 ? undefined : `[${texts.join(',')}]`;
  }

  /** Runs of submissions travel to the chain together; other calls between them run a few at a time, so that order is kept where it matters. */
  private async answerCalls(calls: readonly Call[], context: CallContext): Promise<string[]> {
    const texts: string[] = [];
    let bytes = 0;
    for (let start = 0; start < calls.length;) {
      const submits = this.gateway.accepts(calls[start]!);
      let end = start + 1;
      while (end < calls.length && this.gateway.accepts(calls[end]!) === submits) {
        if (!submits && end - start >= this.limits.batchParallel) break;
        end++;
      }
      const run = calls.slice(start, end);
      const answers = submits
        ? await this.submitRun(run as RpcCall[])
        : await Promise.all(run.map((call) => this.answerCall(call, context)));
      answers.forEach((text, index) => {
        if (text === undefined) return;
        bytes += text.length;
        texts.push(bytes > this.limits.responseBytes ? errorText(run[index]!.id ?? null, this.tooLarge()) : text);
      });
      start = end;
      if (bytes > this.limits.responseBytes) return [...texts, ...this.cutOff(calls.slice(end))];
    }
    return texts;
  }

  private cutOff(calls: readonly Call[]): string[] {
    return calls.flatMap(({ id }) => (id === undefined ? [] : [errorText(id, this.tooLarge())]));
  }

  private async submitRun(calls: readonly RpcCall[]): Promise<(string | undefined)[]> {
    const started = performance.now();
    const outcomes = await this.gateway.submitCalls(calls);
    this.observe?.(calls[0]!.method, (performance.now() - started) / 1_000);
    return outcomes.map((outcome, index) => {
      const { id } = calls[index]!;
      if (id === undefined) return undefined;
      return outcome instanceof RpcError ? errorText(id, outcome) : successText(id, JSON.stringify(outcome));
    });
  }

  private async answerCall(call: Call, context: CallContext): Promise<string | undefined> {
    if (isRefused(call)) return call.id === undefined ? undefined : errorText(call.id, call.refusal);
    try {
      const result = await this.run(call, context);
      return call.id === undefined ? undefined : successText(call.id, JSON.stringify(result ?? null));
    } catch (error) {
      return call.id === undefined ? undefined : errorText(call.id, toRpcError(error, this.logger));
    }
  }

  private async run(call: RpcCall, context: CallContext): Promise<unknown> {
    const method = this.methods.get(call.method);
    if (!method) {
      const name = call.method.slice(0, 64);
      throw new RpcError(RPC_CODE.methodNotFound, `the method ${name} does not exist/is not available`);
    }
    const started = performance.now();
    try {
      return await method(call.params, context);
    } finally {
      this.observe?.(call.method, (performance.now() - started) / 1_000);
    }
  }

  private tooLarge(): RpcError {
    return new RpcError(RPC_CODE.responseTooLarge, `response too large: at most ${this.limits.responseBytes} bytes`);
  }
}
