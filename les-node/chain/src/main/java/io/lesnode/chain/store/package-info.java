/**
 * The chain on disk: RocksDB, one write-ahead-logged batch per block (docs/store.md).
 *
 * <p>Public types: {@link io.lesnode.chain.store.ChainStore} for a full node, with {@link
 * io.lesnode.chain.store.ChainBatch} for its writer and {@link
 * io.lesnode.chain.store.ChainSnapshot} for readers that need a still picture; {@link
 * io.lesnode.chain.store.LightStore} and {@link io.lesnode.chain.store.ClientStore} for a light
 * client, {@link io.lesnode.chain.store.ServerStore} for a LES server; {@link
 * io.lesnode.chain.store.StoreException} for all that can go wrong. Reads are thread-safe; batches
 * belong to one writer thread. No other package names a RocksDB type.
 */
@NullMarked
package io.lesnode.chain.store;

import org.jspecify.annotations.NullMarked;
