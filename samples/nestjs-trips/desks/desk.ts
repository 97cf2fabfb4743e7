import { ServiceUnavailableException } from '@nestjs/common';
import type { HttpException } from '@nestjs/common';
import type { z } from 'zod';
import { Refused, Unavailable } from '../../shared/clients/failures.js';
import { HttpClient } from '../../shared/clients/http-client.js';
import type { Call, KeyedCall } from '../../shared/clients/http-client.js';
import type { Tenant } from '../tenancy/tenant.js';

/** A service of others, asked in a tenant's name. What it answers no to is thrown as what our own client is to be answered. */
export class Desk {
  private readonly client: HttpClient;

  constructor(
    service: string,
    address: string,
    tenant: Tenant,
    private readonly refusal: (problem: string) => HttpException,
  ) {
    this.client = new HttpClient(service, address, { 'x-tenant': tenant.name });
  }

  post<T>(path: string, body: object, shape: z.ZodType<T>, call: KeyedCall): Promise<T> {
    return this.heard(this.client.post(path, body, shape, call));
  }

  delete(path: string, call: Call): Promise<void> {
    return this.heard(this.client.delete(path, call));
  }

  /** For when nobody knows whether it was made: what stands under the key is struck, and what arrives under it later is refused. */
  deleteByKey(path: string, key: string, call: Call): Promise<void> {
    return this.delete(`${path}/by-key/${encodeURIComponent(key)}`, call);
  }

  private async heard<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof Refused) throw this.refusal(error.message);
      if (error instanceof Unavailable) throw new ServiceUnavailableException(error.message);
      throw error;
    }
  }
}
