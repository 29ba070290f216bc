/**
 * Transactions that wait for a block: {@link io.lesnode.chain.pool.TxPool} validates, orders and
 * forgets them by geth's rules and in geth's words.
 *
 * <p>One lock guards a pool; no method waits for disk beyond an account read. Must not import
 * networking, store or evm.
 */
@NullMarked
package io.lesnode.chain.pool;

import org.jspecify.annotations.NullMarked;
