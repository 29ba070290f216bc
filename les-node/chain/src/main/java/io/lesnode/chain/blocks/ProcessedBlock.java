package io.lesnode.chain.blocks;

import io.lesnode.chain.state.StateCommit;
import io.lesnode.primitives.Receipt;
import java.util.List;
import org.apache.tuweni.bytes.Bytes32;

/**
 * What executing a block gave.
 *
 * @param receipts one per transaction
 * @param gasUsed by all transactions
 * @param state to be stored with the block
 */
record ProcessedBlock(List<Receipt> receipts, long gasUsed, StateCommit state) {
  Bytes32 stateRoot() {
    return state.root();
  }
}
