package io.lesnode.benchmarks.load;

import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * What was learned of a chain to ask real questions about it. Immutable; the same for every server
 * of the chain, so that one sample can be used for several.
 *
 * @param headNumber the head's number when the chain was looked at
 * @param headHash the head's hash; state is asked for there
 * @param blocks hashes of blocks spread over the chain
 * @param accounts keccak256 of addresses that occur in transactions, or that were given
 * @param contracts those of them that have code
 * @param slots storage to ask for
 * @param transactions hashes of included transactions
 * @param sections finished sections of the helper tries that the server has
 */
public record ChainSample(
    long headNumber,
    Bytes32 headHash,
    List<Bytes32> blocks,
    List<AccountKey> accounts,
    List<AccountKey> contracts,
    List<SlotKey> slots,
    List<Bytes32> transactions,
    long sections) {

  /** Blocks of a section of the helper tries. */
  static final long SECTION_BLOCKS = 32_768;

  /**
   * An account.
   *
   * @param address 20 bytes, how geth wants it from 1.12.1 on
   * @param hash keccak256 of it
   */
  public record AccountKey(Bytes address, Bytes32 hash) {}

  /**
   * A place in a contract's storage.
   *
   * @param slotHash keccak256 of the slot
   */
  public record SlotKey(AccountKey contract, Bytes32 slotHash) {}

  /** Copies the lists. */
  public ChainSample {
    blocks = List.copyOf(blocks);
    accounts = List.copyOf(accounts);
    contracts = List.copyOf(contracts);
    slots = List.copyOf(slots);
    transactions = List.copyOf(transactions);
  }

  /** A sample that knows the head alone. */
  static ChainSample ofHead(long headNumber, Bytes32 headHash) {
    return new ChainSample(
        headNumber, headHash, List.of(), List.of(), List.of(), List.of(), List.of(), 0);
  }

  /** What keeps requests of a shape from being asked, if anything does; a clause. */
  Optional<String> missing(RequestShape shape) {
    return switch (shape.kind()) {
      case HEADERS ->
          unless(
              headNumber + 1 >= shape.amount(),
              "the chain has only " + (headNumber + 1) + " headers");
      case BODIES, RECEIPTS -> unless(!blocks.isEmpty(), "no block is known");
      case PROOFS ->
          unless(!accounts.isEmpty(), "no account is known: no sampled block has a transaction");
      case CODE -> unless(!contracts.isEmpty(), "no contract was found among the accounts");
      case STORAGE -> unless(!slots.isEmpty(), "no contract was found among the accounts");
      case CHT, BLOOM ->
          unless(
              sections > 0,
              "the server has no finished section of its helper tries (the first one needs 33,024"
                  + " blocks, the chain's head is "
                  + headNumber
                  + ")");
      case TXSTATUS -> Optional.empty();
    };
  }

  private static Optional<String> unless(boolean fine, String reason) {
    return fine ? Optional.empty() : Optional.of(reason);
  }
}
