/**
 * Where the header chain of a light client begins: at the genesis block, or at a checkpoint that a
 * person configured or the signers of an oracle vouch for. Stateless decisions; the driver is in
 * {@code io.lesnode.les.client}.
 */
@NullMarked
package io.lesnode.les.client.checkpoint;

import org.jspecify.annotations.NullMarked;
