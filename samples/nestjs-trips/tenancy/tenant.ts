import type { IncomingHttpHeaders } from 'node:http';
import { BadRequestException, Inject, Injectable, Scope } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import type { ExecutionRef } from 'class-saga';
import { z } from 'zod';

/** No `/`, which ends the name of the tenant in the ids of executions. */
const nameShape = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/);

/**
 * Whom something is done for. Of an HTTP request: whom its `x-tenant` names. Of an execution: the tenant of the request that started it,
 * even where that is long gone, and was answered by another instance; for what is request-scoped there, the execution is the request.
 */
@Injectable({ scope: Scope.REQUEST })
export class Tenant {
  readonly name: string;

  constructor(@Inject(REQUEST) asking: ExecutionRef | { readonly headers: IncomingHttpHeaders }) {
    const said = 'headers' in asking ? asking.headers['x-tenant'] : asking.metadata['tenant'];
    const parsed = nameShape.safeParse(said);
    if (!parsed.success) throw new BadRequestException('Say in x-tenant for whom: a name of lower-case letters, digits and hyphens.');
    this.name = parsed.data;
  }

  /** What an execution for this tenant is called: what two tenants call by the same name are two. */
  executionId(reference: string): string {
    return `${this.name}/${reference}`;
  }
}
