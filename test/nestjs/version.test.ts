import { expect, it } from 'vitest';
import core from '@nestjs/core/package.json' with { type: 'json' };

it('runs on the NestJS that it is to run on', () => {
  expect(core.version.split('.')[0]).toBe(process.env['NEST_MAJOR'] ?? '12');
});
