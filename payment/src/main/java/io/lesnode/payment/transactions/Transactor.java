package io.lesnode.payment.transactions;

import io.lesnode.payment.ChainHead;
import io.lesnode.payment.ChainUnavailableException;
import io.lesnode.payment.ChainView;
import io.lesnode.payment.SettlementOutcome;
import io.lesnode.payment.Signer;
import io.lesnode.payment.SignerException;
import io.lesnode.payment.SigningRequest;
import io.lesnode.payment.ledger.DurableBatches;
import io.lesnode.payment.ledger.LedgerBatch;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.InvalidSignatureException;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.TransactionBuilder;
import io.lesnode.primitives.TransactionType;
import io.lesnode.primitives.crypto.Signature;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * Sends transactions of one account and stays with them until they are final.
 *
 * <p><b>Never twice.</b> A transaction is signed and stored before it is sent, under the reference
 * that its wanter gave; asking again with the same reference gives the same transaction. What is
 * sent later in its place has the same nonce and does the same, only for a higher fee, so at most
 * one of them can be in the chain.
 *
 * <p><b>Nonces.</b> The next one is above those of the chain, of its pool and of everything stored
 * here. If somebody else's transaction was lost so that a nonce below ours is missing, an empty
 * transfer to ourselves takes it: giving ours the missing nonce could make it happen twice.
 *
 * <p>Confined to the thread that owns the ledger; must not be called while a batch of it is open.
 */
public final class Transactor {
  private static final String TABLE = "transactions";
  private static final BigInteger GWEI = BigInteger.valueOf(1_000_000_000);
  private static final long TRANSFER_GAS = 21_000;

  private final Signer signer;
  private final ChainView chain;
  private final DurableBatches records;
  private final TransactorSettings settings;
  private final Map<Bytes, SentTransaction> sent = new LinkedHashMap<>();
  private final Map<Bytes, SettlementOutcome> finished = new LinkedHashMap<>();

  /** Takes up the transactions of the account that are stored. */
  public Transactor(
      Signer signer, ChainView chain, DurableBatches records, TransactorSettings settings) {
    this.signer = signer;
    this.chain = chain;
    this.records = records;
    this.settings = settings;
    LedgerBatch batch = records.begin();
    batch.scan(
        TABLE,
        signer.address().bytes(),
        (key, value) -> {
          SentTransaction stored = SentTransaction.decode(value);
          sent.put(stored.order().reference(), stored);
        });
    records.commit(batch);
  }

  /** Whose transactions they are. */
  public Address account() {
    return signer.address();
  }

  /**
   * Signs, stores and sends a transaction, or finds the one that has its reference.
   *
   * @return the hash of its newest version; it may change with the fee
   * @throws ChainUnavailableException if nonce or price are unknown: nothing was stored. That
   *     nobody takes the transaction now is no error: it is sent again
   */
  public Bytes32 submit(TransactionOrder order) throws ChainUnavailableException, SignerException {
    SentTransaction known = sent.get(order.reference());
    if (known != null) {
      return known.hash();
    }
    long block = chain.head().number();
    long nonce = chain.nextNonce(account());
    for (SentTransaction other : sent.values()) {
      nonce = Math.max(nonce, other.nonce() + 1);
    }
    Transaction signed = sign(order, nonce, chain.gasPriceWei().toUnsignedBigInteger());
    SentTransaction now = new SentTransaction(order, nonce, List.of(signed), block, block);
    store(now);
    send(now);
    return now.hash();
  }

  /** What it costs at most to send this now, ether that goes with it included. */
  public UInt256 mostCostWei(TransactionOrder order) throws ChainUnavailableException {
    BigInteger price = most(chain.gasPriceWei().toUnsignedBigInteger());
    return UInt256.valueOf(
        price
            .multiply(BigInteger.valueOf(order.gasLimit()))
            .add(order.valueWei().toUnsignedBigInteger()));
  }

  /** The newest hash of a transaction that is not forgotten. */
  public Optional<Bytes32> hashOf(Bytes reference) {
    return Optional.ofNullable(sent.get(reference)).map(SentTransaction::hash);
  }

  /** What was wanted under a reference that is not forgotten. */
  public Optional<TransactionOrder> orderOf(Bytes reference) {
    return Optional.ofNullable(sent.get(reference)).map(SentTransaction::order);
  }

  /** References of all that is not forgotten, oldest first. */
  public Collection<Bytes> references() {
    return List.copyOf(sent.keySet());
  }

  /** What became of transactions that are final and not forgotten. */
  public Map<Bytes, SettlementOutcome> finished() {
    return Map.copyOf(finished);
  }

  /** Forgets a transaction that is final, together with what its wanter writes about it. */
  public void forget(Bytes reference, LedgerBatch batch) {
    batch.remove(TABLE, key(reference));
    sent.remove(reference);
    finished.remove(reference);
  }

  /** Looks what became of everything, and sends again what does not move. */
  public void onHead(ChainHead head) throws ChainUnavailableException, SignerException {
    List<SentTransaction> byNonce = new ArrayList<>(sent.values());
    byNonce.sort(Comparator.comparingLong(SentTransaction::nonce));
    List<SentTransaction> waiting = new ArrayList<>();
    for (SentTransaction each : byNonce) {
      Optional<SettlementOutcome> outcome = outcome(each, head);
      finished.remove(each.order().reference());
      if (outcome.isPresent()) {
        finished.put(each.order().reference(), outcome.get());
      } else if (inclusion(each).isEmpty()) {
        waiting.add(each);
      }
    }
    for (SentTransaction each : waiting) {
      if (head.number() - each.versionAtBlock() >= settings.replaceBlocks()) {
        replace(each, head);
      } else if (head.number() - each.sentAtBlock() >= settings.resendBlocks()) {
        SentTransaction again = each.sentAt(head.number());
        store(again);
        send(again);
      }
    }
    if (!waiting.isEmpty()) {
      fillGap(waiting.getFirst(), head);
    }
    forgetFilledGaps();
  }

  private Optional<SettlementOutcome> outcome(SentTransaction each, ChainHead head)
      throws ChainUnavailableException {
    Optional<ChainView.Inclusion> included = inclusion(each);
    if (included.isPresent()) {
      ChainView.Inclusion inclusion = included.get();
      long confirmations = head.number() - inclusion.block().number() + 1;
      if (confirmations < settings.confirmations()) {
        return Optional.empty();
      }
      return Optional.of(
          new SettlementOutcome.Included(
              inclusion.transaction().hash(),
              inclusion.block().number(),
              inclusion.receipt(),
              inclusion.feeWei()));
    }
    long deep = head.number() - settings.confirmations() + 1;
    if (deep >= 0 && Long.compareUnsigned(chain.nonce(account(), deep), each.nonce()) > 0) {
      return Optional.of(
          new SettlementOutcome.Failed(
              "another transaction of "
                  + account()
                  + " has nonce "
                  + each.nonce()
                  + "; is the account used by another program as well?"));
    }
    return Optional.empty();
  }

  private Optional<ChainView.Inclusion> inclusion(SentTransaction each)
      throws ChainUnavailableException {
    for (Transaction version : each.versions()) {
      Optional<ChainView.Inclusion> inclusion = chain.inclusion(version.hash());
      if (inclusion.isPresent()) {
        return inclusion;
      }
    }
    return Optional.empty();
  }

  /** The same with at least an eighth more, or what gas costs now; pools want a tenth more. */
  private void replace(SentTransaction each, ChainHead head)
      throws ChainUnavailableException, SignerException {
    BigInteger before = each.newest().maxFeePerGas().toUnsignedBigInteger();
    BigInteger most = settings.mostGasPriceWei().toUnsignedBigInteger();
    BigInteger higher = before.add(before.shiftRight(3)).add(BigInteger.ONE);
    if (higher.compareTo(most) > 0 || each.versions().size() >= SentTransaction.MOST_VERSIONS) {
      SentTransaction again = each.sentAt(head.number());
      store(again);
      send(again);
      return;
    }
    BigInteger fee = higher.max(most(chain.gasPriceWei().toUnsignedBigInteger()));
    BigInteger tipBefore = each.newest().maxPriorityFeePerGas().toUnsignedBigInteger();
    BigInteger tip = tipBefore.add(tipBefore.shiftRight(3)).add(BigInteger.ONE).min(fee);
    SentTransaction now =
        each.replacedBy(signWith(each.order(), each.nonce(), fee, tip), head.number());
    store(now);
    send(now);
  }

  /** If a nonce below our lowest is missing for long, an empty transfer takes it. */
  private void fillGap(SentTransaction lowest, ChainHead head)
      throws ChainUnavailableException, SignerException {
    long next = chain.nonce(account(), head.number());
    boolean isOld = head.number() - lowest.versionAtBlock() >= settings.replaceBlocks() - 1;
    if (!isOld || Long.compareUnsigned(next, lowest.nonce()) >= 0) {
      return;
    }
    Bytes reference = gapReference(next);
    if (sent.containsKey(reference)) {
      return;
    }
    TransactionOrder nothing =
        new TransactionOrder(
            reference,
            account(),
            UInt256.ZERO,
            Bytes.EMPTY,
            TRANSFER_GAS,
            "empty transfer for the missing nonce " + next);
    Transaction signed = sign(nothing, next, chain.gasPriceWei().toUnsignedBigInteger());
    SentTransaction filler =
        new SentTransaction(nothing, next, List.of(signed), head.number(), head.number());
    store(filler);
    send(filler);
  }

  private void forgetFilledGaps() {
    for (Bytes reference : List.copyOf(finished.keySet())) {
      if (reference.equals(gapReference(nonceOf(reference)))) {
        LedgerBatch batch = records.begin();
        forget(reference, batch);
        records.commit(batch);
      }
    }
  }

  private long nonceOf(Bytes reference) {
    SentTransaction known = sent.get(reference);
    return known == null ? -1 : known.nonce();
  }

  private static Bytes gapReference(long nonce) {
    return Bytes.concatenate(Bytes.of('g', 'a', 'p'), Bytes.ofUnsignedLong(nonce));
  }

  private Transaction sign(TransactionOrder order, long nonce, BigInteger priceWei)
      throws SignerException {
    BigInteger fee = most(priceWei);
    return signWith(order, nonce, fee, fee.min(priceWei.min(GWEI)));
  }

  /** Twice what gas costs now, so that it stays good for some blocks, within the limit. */
  private BigInteger most(BigInteger priceWei) {
    BigInteger wanted = settings.isLegacy() ? priceWei : priceWei.shiftLeft(1);
    return wanted.max(BigInteger.ONE).min(settings.mostGasPriceWei().toUnsignedBigInteger());
  }

  private Transaction signWith(TransactionOrder order, long nonce, BigInteger fee, BigInteger tip)
      throws SignerException {
    UInt256 chainId = UInt256.valueOf(chain.chainId());
    TransactionBuilder builder =
        Transaction.builder(
                settings.isLegacy() ? TransactionType.LEGACY : TransactionType.DYNAMIC_FEE)
            .chainId(chainId)
            .nonce(nonce)
            .gasLimit(order.gasLimit())
            .to(order.to())
            .value(order.valueWei())
            .data(order.data());
    if (settings.isLegacy()) {
      builder.gasPrice(UInt256.valueOf(fee));
    } else {
      builder.maxFeePerGas(UInt256.valueOf(fee)).maxPriorityFeePerGas(UInt256.valueOf(tip));
    }
    Transaction unsigned = builder.build(v(chainId, 0), UInt256.ONE, UInt256.ONE);
    Signature signature =
        signer.sign(
            new SigningRequest(
                SigningRequest.Kind.TRANSACTION,
                unsigned.signingHash(),
                unsigned.encoded(),
                order.purpose()));
    Transaction signed =
        builder.build(v(chainId, signature.yParity()), signature.r(), signature.s());
    requireOurs(signed);
    return signed;
  }

  private UInt256 v(UInt256 chainId, int parity) {
    return settings.isLegacy()
        ? chainId.multiply(2).add(UInt256.valueOf(35L + parity))
        : UInt256.valueOf(parity);
  }

  private void requireOurs(Transaction signed) throws SignerException {
    boolean isOurs;
    try {
      isOurs = signed.sender().equals(account()) && signed.hasLowS();
    } catch (InvalidSignatureException malformed) {
      isOurs = false;
    }
    if (!isOurs) {
      throw new SignerException("the signer did not sign with the key of " + account());
    }
  }

  private void store(SentTransaction transaction) {
    LedgerBatch batch = records.begin();
    batch.put(TABLE, key(transaction.order().reference()), transaction.encoded());
    records.commit(batch);
    sent.put(transaction.order().reference(), transaction);
  }

  private void send(SentTransaction transaction) {
    try {
      chain.send(transaction.newest().encoded());
    } catch (ChainUnavailableException later) {
      // It is stored: the next heads send it again.
      return;
    }
  }

  private Bytes key(Bytes reference) {
    return Bytes.concatenate(account().bytes(), reference);
  }
}
