// The typed client of the engine, made from the contract: same-origin fetch, whatever the host.
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import type { ContractRouterClient } from '@orpc/contract';
import type { Contract } from '../../../shared/contract/index.ts';
import { fetchToTheEnd } from './leaving.ts';

export type EngineClient = ContractRouterClient<Contract>;

export const client: EngineClient = createORPCClient(
  new RPCLink({ url: `${location.origin}/rpc`, fetch: fetchToTheEnd }),
);
