import type { ModuleMetadata } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { TestingModule, TestingModuleBuilder } from '@nestjs/testing';
import { afterEach } from 'vitest';

const running: { close(): Promise<void> }[] = [];

/** Closed after the test, whatever came of it. */
export function closedAfterwards<App extends { close(): Promise<void> }>(app: App): App {
  running.push(app);
  return app;
}

afterEach(async () => {
  for (const app of running.splice(0).reverse()) await app.close();
});

/** An application that has begun. `change`: what a test overrides. */
export async function begun(
  metadata: ModuleMetadata,
  change: (builder: TestingModuleBuilder) => TestingModuleBuilder = (builder) => builder,
): Promise<TestingModule> {
  const app = await change(Test.createTestingModule(metadata)).compile();
  await app.init();
  return closedAfterwards(app);
}
