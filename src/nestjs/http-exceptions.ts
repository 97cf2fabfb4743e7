import * as nest from '@nestjs/common';
import type { AnyClass } from '../graph/any-class.js';
import type { CodecOptions } from '../durable/codec/options.js';

/** `HttpException` and those that Nest makes of it: what comes back from a log is of the class that a step threw, with its status. */
const exceptions = (Object.values(nest) as readonly unknown[]).filter(isHttpException);

function isHttpException(exported: unknown): exported is AnyClass {
  return typeof exported === 'function' && (exported === nest.HttpException || exported.prototype instanceof nest.HttpException);
}

export function withHttpExceptions({ classes = [], ...others }: CodecOptions = {}): CodecOptions {
  return { ...others, classes: [...exceptions, ...classes] };
}
