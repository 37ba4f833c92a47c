import type { FastifyBodyParser } from 'fastify';
import { nestingDepth } from '../json-rpc/json-body.js';
import { invalidRequest } from './rest.errors.js';

/** Largest body: a transaction of 16 KiB as hex, or 32 operations with all their fields, with room to spare. */
export const REST_BODY_BYTES = 131_072;
/** Body, transaction, operations, operation, pools; a request that is nested deeper is none of ours. */
const MAXIMUM_DEPTH = 8;

/** Bounds the nesting before `parse` and whoever walks over its result recurse. */
export const restBodyParser =
  (parse: FastifyBodyParser<string>): FastifyBodyParser<Buffer> =>
  (request, body, done) => {
    if (nestingDepth(body, MAXIMUM_DEPTH) > MAXIMUM_DEPTH)
      return done(invalidRequest(`the body is nested deeper than ${MAXIMUM_DEPTH} levels`), undefined);
    return parse(request, body.toString('utf8'), done);
  };
