import { Module } from '@nestjs/common';
import { Tenant } from './tenant.js';

@Module({ providers: [Tenant], exports: [Tenant] })
export class TenancyModule {}
