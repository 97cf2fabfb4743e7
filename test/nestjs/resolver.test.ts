import { Inject, Injectable, Scope } from '@nestjs/common';
import type { Provider } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { Resolver } from 'class-saga';
import { NestResolver } from '../../src/nestjs/nest-resolver.js';
import { SagaApplication } from '../../src/nestjs/saga-application.js';
import { SagaModule } from 'class-saga/nestjs';
import type { Disposes, Registration } from '../contracts/resolver/container.js';
import { resolverContract } from '../contracts/resolver/suite.js';

const scopes = { singleton: Scope.DEFAULT, scoped: Scope.REQUEST, transient: Scope.TRANSIENT } as const;

function providerOf({ name, class: one, lifetime, needs, isMadeLater }: Registration): Provider {
  needs.forEach((need, index) => Inject(need)(one, undefined, index));
  Injectable()(one);
  if (lifetime === 'made') return one;
  if (isMadeLater) return { provide: name, useFactory: async (): Promise<Disposes> => new one(), scope: Scope.REQUEST };
  return { provide: name, useClass: one, scope: scopes[lifetime] };
}

resolverContract('Nest', async (registrations) => {
  const providers = registrations.map(providerOf);
  const app = await Test.createTestingModule({ imports: [SagaModule.forTest()], providers }).compile();
  const resolver: Resolver = new NestResolver(app.get(SagaApplication).provisions);
  return { resolver, close: () => app.close() };
}, { disposesTransients: false, awaitsFactories: true, refusesMissing: true });
