package io.lesnode.payment.raw;

import io.lesnode.payment.ChainHead;
import io.lesnode.payment.ChainUnavailableException;
import io.lesnode.payment.ChainView;
import io.lesnode.payment.Counterparty;
import io.lesnode.payment.Credit;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.MethodNews;
import io.lesnode.payment.MethodTerms;
import io.lesnode.payment.Params;
import io.lesnode.payment.PaymentMethod;
import io.lesnode.payment.Refusal;
import io.lesnode.payment.RefusalCode;
import io.lesnode.payment.Settlement;
import io.lesnode.payment.SettlementOutcome;
import io.lesnode.payment.SettlementPolicy;
import io.lesnode.payment.ledger.Booking;
import io.lesnode.payment.ledger.Bookkeeping;
import io.lesnode.payment.ledger.LedgerBatch;
import io.lesnode.payment.signing.CompactSignature;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.rlp.RlpReader;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * Credits transfers of ether to our account. The payer names a transaction by its hash, 32 bytes;
 * if another account than the bound one sent it, as an exchange does not but a second wallet may,
 * then followed by that account's compact signature over {@link #digest}. Each is credited once,
 * when it is deep enough; one that a reorganisation takes away is frozen until it is back.
 *
 * <p>Confined to the ledger loop.
 */
public final class RawMethod implements PaymentMethod {
  private static final String CREDITED = "raw";
  private static final String YOUNG = "raw-young";
  private static final String TOTALS = "raw-total";
  private static final Bytes DOMAIN = Bytes.wrap("vip/1 raw".getBytes(StandardCharsets.US_ASCII));

  /** For how many blocks a credited transfer is watched: no reorganisation goes deeper. */
  private static final long WATCHED_BLOCKS = 256;

  private final Address payee;
  private final int confirmations;
  private final ChainView chain;

  /**
   * Credits transfers.
   *
   * @param payee our account
   * @param confirmations how many blocks, its own included, make a transfer count
   */
  public RawMethod(Address payee, int confirmations, ChainView chain) {
    this.payee = payee;
    this.confirmations = confirmations;
    this.chain = chain;
  }

  /** What the sender of a transfer signs so that it counts for another account. */
  public static Bytes32 digest(long chainId, Bytes moneyOwner, Bytes32 transaction) {
    return Keccak.keccak256(
        Bytes.concatenate(
            DOMAIN,
            RLP.encodeList(
                fields -> {
                  fields.writeLong(chainId);
                  fields.writeValue(moneyOwner);
                  fields.writeValue(transaction);
                })));
  }

  @Override
  public MethodId id() {
    return MethodId.RAW;
  }

  @Override
  public MethodTerms terms() {
    return new MethodTerms(
        id(), "raw/1", Optional.empty(), Bytes32.ZERO, Bytes.of(confirmations).trimLeadingZeros());
  }

  @Override
  public Params open(Counterparty peer, Bytes data, LedgerBatch batch) {
    return new Params(0, total(peer.moneyOwner(), batch).toMinimalBytes());
  }

  private static UInt256 total(Bytes owner, LedgerBatch batch) {
    return batch.get(TOTALS, owner).map(UInt256::fromBytes).orElse(UInt256.ZERO);
  }

  @Override
  public Credit receive(Counterparty peer, Bytes received, LedgerBatch batch) throws Refusal {
    Bytes proof = Bytes.wrap(received.toArray());
    if (proof.size() != 32 && proof.size() != 32 + CompactSignature.SIZE_BYTES) {
      throw new Refusal(
          RefusalCode.MALFORMED, "a transfer is named by 32 bytes, or 96 with a signature");
    }
    Bytes32 hash = Bytes32.wrap(proof.slice(0, 32));
    if (batch.get(CREDITED, hash).isPresent()) {
      throw new Refusal(RefusalCode.STALE, "this transfer was credited before", 0, hash);
    }
    ChainView.Inclusion inclusion = confirmed(hash);
    Transaction transaction = inclusion.transaction();
    if (!payee.equals(transaction.to())
        || transaction.value().isZero()
        || !inclusion.receipt().success()) {
      throw new Refusal(
          RefusalCode.MALFORMED, "transaction " + hash + " moved no ether to " + payee);
    }
    requireTheirs(peer, proof, hash, transaction.sender());
    Bytes owner = peer.moneyOwner();
    UInt256 amount = transaction.value();
    if (Bookkeeping.payOnChain(batch, owner, amount.toUnsignedBigInteger(), hash)
        instanceof Booking.Refused refused) {
      throw new Refusal(RefusalCode.OVER_LIMIT, refused.text());
    }
    UInt256 total = total(owner, batch).add(amount);
    batch.put(TOTALS, owner, total.toMinimalBytes());
    Transfer transfer =
        new Transfer(owner, amount, inclusion.block().number(), UInt256.ZERO, false);
    batch.put(CREDITED, hash, transfer.encoded());
    batch.put(YOUNG, hash, Bytes.of(1));
    return new Credit.Money(amount, total);
  }

  private ChainView.Inclusion confirmed(Bytes32 hash) throws Refusal {
    try {
      long head = chain.head().number();
      Optional<ChainView.Inclusion> inclusion = chain.inclusion(hash);
      long missing =
          inclusion
              .map(found -> found.block().number() + confirmations - 1 - head)
              .orElse((long) confirmations);
      if (missing > 0) {
        throw new Refusal(
            RefusalCode.INSUFFICIENT_DEPOSIT,
            "transaction " + hash + " needs " + missing + " more blocks to count; wait",
            (int) Math.min(600, 12 * missing),
            Bytes.EMPTY);
      }
      return inclusion.orElseThrow();
    } catch (ChainUnavailableException unavailable) {
      throw new Refusal(
          RefusalCode.NOT_SYNCED,
          "the chain cannot be read now: " + unavailable.getMessage(),
          30,
          Bytes.EMPTY);
    }
  }

  private void requireTheirs(Counterparty peer, Bytes proof, Bytes32 hash, Address sender)
      throws Refusal {
    if (peer.payAddress().filter(sender::equals).isPresent()) {
      return;
    }
    boolean isSigned = false;
    if (proof.size() > 32) {
      try {
        isSigned =
            new CompactSignature(proof.slice(32))
                .isBy(sender, digest(chain.chainId(), peer.moneyOwner(), hash));
      } catch (IllegalArgumentException malformed) {
        throw new Refusal(RefusalCode.MALFORMED, String.valueOf(malformed.getMessage()));
      }
    }
    if (!isSigned) {
      throw new Refusal(
          RefusalCode.BAD_SIGNATURE,
          "the transfer was sent by " + sender + "; only that account can say for whom it counts");
    }
  }

  @Override
  public List<MethodNews> onHead(ChainHead head, LedgerBatch batch) {
    List<MethodNews> news = new ArrayList<>();
    Map<Bytes, Transfer> young = new HashMap<>();
    batch.scan(
        YOUNG,
        Bytes.EMPTY,
        (hash, mark) -> young.put(hash, Transfer.decode(batch.get(CREDITED, hash).orElseThrow())));
    for (Map.Entry<Bytes, Transfer> entry : young.entrySet()) {
      try {
        watch(Bytes32.wrap(entry.getKey()), entry.getValue(), head, batch).ifPresent(news::add);
      } catch (ChainUnavailableException later) {
        return news;
      }
    }
    return news;
  }

  private Optional<MethodNews> watch(
      Bytes32 hash, Transfer transfer, ChainHead head, LedgerBatch batch)
      throws ChainUnavailableException {
    Optional<ChainView.Inclusion> inclusion = chain.inclusion(hash);
    boolean isThere = inclusion.isPresent() && inclusion.get().receipt().success();
    if (isThere && !transfer.isLost()) {
      if (head.number() - inclusion.get().block().number() > WATCHED_BLOCKS) {
        batch.remove(YOUNG, hash);
      }
      return Optional.empty();
    }
    if (isThere) {
      Bookkeeping.unfreeze(
          batch, transfer.owner(), transfer.frozenWei().toUnsignedBigInteger(), hash);
      long block = inclusion.get().block().number();
      Transfer back =
          new Transfer(transfer.owner(), transfer.amountWei(), block, UInt256.ZERO, false);
      batch.put(CREDITED, hash, back.encoded());
      return Optional.of(new MethodNews.Confirmed(transfer.owner(), hash));
    }
    if (transfer.isLost()) {
      return Optional.empty();
    }
    BigInteger frozen =
        Bookkeeping.freeze(
            batch, transfer.owner(), transfer.amountWei().toUnsignedBigInteger(), hash);
    Transfer lost =
        new Transfer(
            transfer.owner(),
            transfer.amountWei(),
            transfer.block(),
            UInt256.valueOf(frozen),
            true);
    batch.put(CREDITED, hash, lost.encoded());
    return Optional.of(new MethodNews.DepositLost(transfer.owner()));
  }

  @Override
  public List<Settlement> due(SettlementPolicy policy, long nowSeconds, LedgerBatch books) {
    return List.of();
  }

  @Override
  public void onSettled(Settlement settlement, SettlementOutcome outcome, LedgerBatch batch) {
    throw new IllegalStateException("transfers need no settlement");
  }

  @Override
  public Bytes close(Counterparty peer, Bytes data, LedgerBatch batch) {
    return total(peer.moneyOwner(), batch).toMinimalBytes();
  }

  /** A credited transfer as it is stored. */
  private record Transfer(
      Bytes owner, UInt256 amountWei, long block, UInt256 frozenWei, boolean isLost) {
    Bytes encoded() {
      return RLP.encodeList(
          fields -> {
            fields.writeValue(owner);
            fields.writeUInt256(amountWei);
            fields.writeLong(block);
            fields.writeUInt256(frozenWei);
            fields.writeInt(isLost ? 1 : 0);
          });
    }

    static Transfer decode(Bytes record) {
      return RlpReader.decode(
          record,
          reader ->
              reader.readList(
                  fields ->
                      new Transfer(
                          fields.readBytes(64),
                          fields.readUInt256(),
                          fields.readLong(),
                          fields.readUInt256(),
                          fields.readBoolean())));
    }
  }
}
