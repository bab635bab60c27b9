// Read-only mode: a procedure that writes, by the contract's own list, is refused before it runs.
import { accessOf } from '../../shared/contract/access.ts';
import { EngineError } from '../../shared/engineError.ts';
import { toOrpcError } from './orpcErrors.ts';
