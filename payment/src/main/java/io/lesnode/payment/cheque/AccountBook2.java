package io.lesnode.payment.cheque;

import io.lesnode.contracts.ContractArtifact;
import io.lesnode.payment.SigningRequest;
import io.lesnode.payment.signing.CompactSignature;
import io.lesnode.payment.signing.TypedDomain;
import io.lesnode.payment.signing.TypedMessage;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Log;
import io.lesnode.primitives.Receipt;
import io.lesnode.primitives.crypto.Keccak;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * The account book for all payers and payees of a chain, contracts/src/main/solidity
 * AccountBook2.sol. Cheques are EIP-712 signatures over {@code Cheque(address payee,uint256
 * cumulative)}; contract, chain and payee are known to both sides and not sent again.
 *
 * <p>On the wire a cheque is its compact signature, 64 bytes, and then the cumulative amount, as
 * few bytes as it needs: 72 bytes up to 18 ether.
 */
public final class AccountBook2 implements AccountBook {
  private static final Bytes32 CHEQUE_TYPE =
      AbiCall.hash("Cheque(address payee,uint256 cumulative)");
  private static final Bytes32 CASHED = AbiCall.hash("Cashed(address,address,uint256,uint256)");
  private static final long MIN_WINDOW_BLOCKS = 7_200;

  private final TypedDomain domain;

  /** The book at an address of a chain. */
  public AccountBook2(long chainId, Address address) {
    this.domain = new TypedDomain("LES AccountBook", "2", chainId, address);
  }

  /** The hash of the code of every deployment. */
  public static Bytes32 trustedCodeHash() {
    return ContractArtifact.ACCOUNT_BOOK_2.deployedCodeHash();
  }

  @Override
  public String variant() {
    return "cheque/2";
  }

  @Override
  public Address address() {
    return domain.contract();
  }

  @Override
  public Bytes32 codeHash() {
    return trustedCodeHash();
  }

  @Override
  public Bytes32 digest(Address payee, UInt256 cumulativeWei) {
    byte[] content = new byte[96];
    System.arraycopy(CHEQUE_TYPE.toArrayUnsafe(), 0, content, 0, 32);
    System.arraycopy(payee.bytes().toArrayUnsafe(), 0, content, 44, Address.SIZE_BYTES);
    System.arraycopy(cumulativeWei.toBytes().toArrayUnsafe(), 0, content, 64, 32);
    return domain.digest(Keccak.keccak256(content));
  }

  @Override
  public SigningRequest signingRequest(Address payee, UInt256 cumulativeWei) {
    TypedMessage message =
        TypedMessage.of("Cheque").with("payee", payee).with("cumulative", cumulativeWei);
    return request(
        message, "cheque of " + cumulativeWei.toUnsignedBigInteger() + " wei in total to " + payee);
  }

  private SigningRequest request(TypedMessage message, String purpose) {
    return new SigningRequest(
        SigningRequest.Kind.TYPED_DATA,
        domain.digest(message),
        Bytes.wrap(domain.json(message).getBytes(StandardCharsets.UTF_8)),
        purpose);
  }

  @Override
  public Bytes encode(Cheque cheque) {
    return flat(
        Bytes.concatenate(cheque.signature().bytes(), cheque.cumulativeWei().toMinimalBytes()));
  }

  /** One array: slices of what Tuweni has concatenated are not always read right. */
  private static Bytes flat(Bytes bytes) {
    return Bytes.wrap(bytes.toArrayUnsafe());
  }

  @Override
  public Cheque decode(Address payee, Bytes received) throws ChequeFormatException {
    Bytes proof = flat(received);
    int amountBytes = proof.size() - CompactSignature.SIZE_BYTES;
    if (amountBytes < 1 || amountBytes > 32) {
      throw new ChequeFormatException(
          "a cheque has 65 to 96 bytes, a signature and an amount; these are " + proof.size());
    }
    if (proof.get(CompactSignature.SIZE_BYTES) == 0) {
      throw new ChequeFormatException("the amount of a cheque begins with a zero byte");
    }
    UInt256 cumulative = UInt256.fromBytes(proof.slice(CompactSignature.SIZE_BYTES, amountBytes));
    try {
      return new Cheque(
          payee, cumulative, new CompactSignature(proof.slice(0, CompactSignature.SIZE_BYTES)));
    } catch (IllegalArgumentException badScalar) {
      throw new ChequeFormatException(String.valueOf(badScalar.getMessage()));
    }
  }

  @Override
  public List<UInt256> slots(Address payee, Address payer) {
    return List.of(
        StorageSlot.of(payer, StorageSlot.of(payee, UInt256.ZERO)),
        StorageSlot.of(payer, StorageSlot.of(payee, UInt256.ONE)),
        StorageSlot.of(payee, UInt256.valueOf(2)));
  }

  @Override
  public BookAccount account(List<UInt256> values) {
    UInt256 deposit = StorageSlot.low128(values.get(0));
    UInt256 asked = StorageSlot.low128(values.get(1));
    boolean isOpen = !asked.isZero();
    long window = StorageSlot.bits64(values.get(2), 0);
    return new BookAccount(
        deposit,
        StorageSlot.high128(values.get(0)),
        asked.compareTo(deposit) > 0 ? deposit : asked,
        isOpen ? StorageSlot.bits64(values.get(1), 128) : 0,
        window == 0 ? MIN_WINDOW_BLOCKS : window,
        StorageSlot.bits64(values.get(1), 192));
  }

  @Override
  public boolean pays(Address payee, List<UInt256> values) {
    return true;
  }

  @Override
  public Bytes depositCall(Address payee) {
    return AbiCall.of("deposit(address)").word(payee).encoded();
  }

  @Override
  public Bytes withdrawCall(Address payee, UInt256 amountWei) {
    return AbiCall.of("withdraw(address,uint256)").word(payee).word(amountWei).encoded();
  }

  @Override
  public Bytes claimCall(Address payee) {
    return AbiCall.of("claim(address)").word(payee).encoded();
  }

  @Override
  public Bytes cashCall(List<Address> payers, List<Cheque> cheques) {
    if (cheques.size() == 1) {
      AbiCall single = AbiCall.of("cash(address,uint256,bytes32,bytes32)");
      return addCheque(single, payers.get(0), cheques.get(0)).encoded();
    }
    AbiCall call =
        AbiCall.of("cashMany((address,uint256,bytes32,bytes32)[])").word(32).word(cheques.size());
    for (int i = 0; i < cheques.size(); i++) {
      addCheque(call, payers.get(i), cheques.get(i));
    }
    return call.encoded();
  }

  private static AbiCall addCheque(AbiCall call, Address payer, Cheque cheque) {
    return call.word(payer)
        .word(cheque.cumulativeWei())
        .word(cheque.signature().r())
        .word(cheque.signature().vs());
  }

  @Override
  public int mostPerTransaction() {
    return 50;
  }

  @Override
  public long cashGas(int cheques) {
    return cheques == 1 ? 46_000 : 30_000 + 18_500L * cheques;
  }

  @Override
  public boolean countsWhatMoved() {
    return true;
  }

  @Override
  public List<Movement> movements(Receipt receipt, Address payee) {
    Bytes32 ours = Bytes32.leftPad(payee.bytes());
    Map<Address, Movement> byPayer = new LinkedHashMap<>();
    for (Log log : receipt.logs()) {
      if (log.address().equals(address())
          && log.topics().size() == 3
          && log.topics().get(0).equals(CASHED)
          && log.topics().get(1).equals(ours)
          && log.data().size() == 64) {
        Address payer = Address.of(log.topics().get(2).slice(12));
        UInt256 moved = UInt256.fromBytes(log.data().slice(0, 32));
        UInt256 paid = UInt256.fromBytes(log.data().slice(32, 32));
        byPayer.merge(
            payer,
            new Movement(payer, moved, Optional.of(paid)),
            (a, b) -> new Movement(payer, a.movedWei().add(b.movedWei()), b.paidAfterWei()));
      }
    }
    return List.copyOf(byPayer.values());
  }

  @Override
  public Optional<SigningRequest> closeRequest(Address payee, Address payer, CloseTerms terms) {
    TypedMessage message =
        TypedMessage.of("Close")
            .with("payee", payee)
            .with("payer", payer)
            .with("cumulative", terms.cumulativeWei())
            .with("closes", UInt256.valueOf(terms.closes()))
            .with("deadline", UInt256.valueOf(terms.deadlineSeconds()));
    return Optional.of(
        request(
            message,
            "end of the account of "
                + payer
                + " for "
                + payee
                + " at "
                + terms.cumulativeWei().toUnsignedBigInteger()
                + " wei in total"));
  }

  @Override
  public Optional<Bytes> closeCall(
      Address payee,
      Address payer,
      CloseTerms terms,
      CompactSignature byPayer,
      CompactSignature byPayee) {
    return Optional.of(
        AbiCall.of(
                "cooperativeClose(address,address,uint256,uint256,(bytes32,bytes32),(bytes32,bytes32))")
            .word(payee)
            .word(payer)
            .word(terms.cumulativeWei())
            .word(terms.deadlineSeconds())
            .word(byPayer.r())
            .word(byPayer.vs())
            .word(byPayee.r())
            .word(byPayee.vs())
            .encoded());
  }
}
