package io.lesnode.les.client;

import java.util.concurrent.Executor;

/**
 * What a synchronisation works with. Immutable.
 *
 * @param loop owns the state of the synchronisation
 * @param servers who may be asked
 * @param retriever asks them
 * @param chain takes the headers
 * @param checks verifies answers on workers
 * @param headerWriter runs everything that writes the chain, one after another
 */
record SyncTools(
    ClientLoop loop,
    ServerTable servers,
    Retriever retriever,
    HeaderChain chain,
    HeaderChecks checks,
    Executor headerWriter) {}
