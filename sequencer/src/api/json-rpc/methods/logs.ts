import { z } from 'zod';
import { logJson } from '../format/log.js';
import { type Filter } from '../filter-store.js';
import { readLogFilter } from '../log-filter.js';
import { method, type MethodTable } from '../method.js';
import { RPC_CODE, RpcError, serverError } from '../rpc.errors.js';
import type { RpcServices } from '../rpc-services.js';

const filterId = z.string().max(66);
const filterObject = z.unknown();

/** Logs, filters and subscriptions. */
export function logMethods(services: RpcServices): MethodTable {
  const { logs, filters, limits } = services;
  return {
    eth_getLogs: method([filterObject], async ([filter]) =>
      (await logs.find(readLogFilter(filter, limits))).map((log) => logJson(log)),
    ),
    eth_newFilter: method([filterObject], ([filter], { client }) =>
      filters.addLogs(client, readLogFilter(filter, limits)),
    ),
    eth_newBlockFilter: method([], (_, { client }) => filters.addBlocks(client)),
    eth_newPendingTransactionFilter: method([], (_, { client }) => filters.addPending(client)),
    eth_uninstallFilter: method([filterId], ([id]) => filters.remove(id)),
    eth_getFilterChanges: method([filterId], ([id]) => changes(services, filters.get(id))),
    eth_getFilterLogs: method([filterId], async ([id]) => {
      const filter = filters.get(id);
      if (filter.kind !== 'logs') throw serverError('filter not found');
      return (await logs.find(filter.filter)).map((log) => logJson(log));
    }),
    eth_subscribe: method([z.string(), z.unknown().optional()], ([kind, filter], { socket }) => {
      if (!socket) throw new RpcError(RPC_CODE.methodNotFound, 'notifications not supported');
      return socket.subscribe(kind, filter);
    }),
    eth_unsubscribe: method([z.string()], ([id], { socket }) => {
      if (!socket) throw new RpcError(RPC_CODE.methodNotFound, 'notifications not supported');
      return socket.unsubscribe(id);
    }),
  };
}

/** What happened since the last poll. */
async function changes({ blocks, index, logs, limits }: RpcServices, filter: Filter): Promise<unknown[]> {
  if (filter.kind === 'pending') {
    const { hashes } = filter;
    filter.hashes = [];
    return hashes;
  }
  const { head } = blocks;
  const from = filter.next;
  if (head < from) return [];
  // A poll covers what one query may; the rest comes with the next poll.
  const to = Math.min(head, from + limits.logBlocks - 1);
  filter.next = to + 1;
  if (filter.kind === 'blocks') return (await index.blocks(from, to)).map((block) => block.hash);
  const { from: lower, to: upper } = filter.filter;
  const first = typeof lower === 'object' && 'number' in lower ? Math.max(from, Number(lower.number)) : from;
  const last = typeof upper === 'object' && 'number' in upper ? Math.min(to, Number(upper.number)) : to;
  return first > last ? [] : (await logs.between(filter.filter, first, last)).map((log) => logJson(log));
}
