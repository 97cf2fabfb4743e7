// Entry `class-saga/awilix`.
export { fromContainer } from './from-container.js';
export type { AwilixContainerLike, AwilixScopeLike } from './from-container.js';
