package io.lesnode.payment.cheque;

import io.lesnode.contracts.ContractArtifact;
import io.lesnode.payment.SigningRequest;
import io.lesnode.payment.signing.CompactSignature;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Log;
import io.lesnode.primitives.Receipt;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.rlp.RlpException;
import io.lesnode.primitives.rlp.RlpReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * The first account book, go-ethereum PR 20417, one contract for each payee: off by default. A
 * cheque signs {@code 0x19 0x00 ‖ contract ‖ cumulative} (EIP-191, intended validator) and is
 * written as RLP {@code [contract, cumulative, r‖s‖v]}, 99 bytes with an amount of 8 bytes.
 *
 * <p>Its contract has faults that we cannot mend from outside: no chain id, a cheque that bounces
 * is written off. So a cheque is cashed only up to what the deposit has ({@link ChequeMethod}).
 */
public final class OriginalAccountBook implements AccountBook {
  private static final Bytes32 BALANCE_CHANGED =
      AbiCall.hash("balanceChangedEvent(address,uint256,uint256)");

  private final Address address;

  /** The book of one payee, at an address. */
  public OriginalAccountBook(Address address) {
    this.address = address;
  }

  @Override
  public String variant() {
    return "cheque/0";
  }

  @Override
  public Address address() {
    return address;
  }

  @Override
  public Bytes32 codeHash() {
    return ContractArtifact.ACCOUNT_BOOK.deployedCodeHash();
  }

  @Override
  public Bytes32 digest(Address payee, UInt256 cumulativeWei) {
    return Keccak.keccak256(
        Bytes.concatenate(Bytes.of(0x19, 0), address.bytes(), cumulativeWei.toBytes()));
  }

  @Override
  public SigningRequest signingRequest(Address payee, UInt256 cumulativeWei) {
    return new SigningRequest(
        SigningRequest.Kind.DIGEST,
        digest(payee, cumulativeWei),
        Bytes.EMPTY,
        "cheque of "
            + cumulativeWei.toUnsignedBigInteger()
            + " wei in total on the account book "
            + address);
  }

  @Override
  public Bytes encode(Cheque cheque) {
    return RLP.encodeList(
        fields -> {
          fields.writeValue(address.bytes());
          fields.writeUInt256(cheque.cumulativeWei());
          fields.writeValue(cheque.signature().toBytes65WithV27());
        });
  }

  @Override
  public Cheque decode(Address payee, Bytes received) throws ChequeFormatException {
    try {
      return RlpReader.decode(
          received,
          reader ->
              reader.readList(
                  fields -> {
                    if (!fields.readFixedBytes(Address.SIZE_BYTES).equals(address.bytes())) {
                      throw fields.error("the cheque is on another account book than " + address);
                    }
                    return new Cheque(
                        payee,
                        fields.readUInt256(),
                        CompactSignature.ofBytes65WithV27(fields.readFixedBytes(65)));
                  }));
    } catch (RlpException | IllegalArgumentException malformed) {
      throw new ChequeFormatException(String.valueOf(malformed.getMessage()));
    }
  }

  @Override
  public List<UInt256> slots(Address payee, Address payer) {
    return List.of(
        StorageSlot.of(payer, UInt256.ZERO),
        StorageSlot.of(payer, UInt256.ONE),
        StorageSlot.of(payer, UInt256.valueOf(2)),
        UInt256.valueOf(3));
  }

  @Override
  public BookAccount account(List<UInt256> values) {
    UInt256 deposit = values.get(1);
    UInt256 asked = StorageSlot.low128(values.get(2));
    return new BookAccount(
        deposit,
        values.get(0),
        asked.compareTo(deposit) > 0 ? deposit : asked,
        asked.isZero() ? 0 : StorageSlot.bits64(values.get(2), 128),
        StorageSlot.bits64(values.get(3), 0),
        0);
  }

  @Override
  public boolean pays(Address payee, List<UInt256> values) {
    return values.get(3).shiftRight(64).toBytes().slice(12).equals(payee.bytes());
  }

  @Override
  public Bytes depositCall(Address payee) {
    return AbiCall.of("deposit()").encoded();
  }

  @Override
  public Bytes withdrawCall(Address payee, UInt256 amountWei) {
    return AbiCall.of("withdraw(uint256)").word(amountWei).encoded();
  }

  @Override
  public Bytes claimCall(Address payee) {
    return AbiCall.of("claim()").encoded();
  }

  @Override
  public Bytes cashCall(List<Address> payers, List<Cheque> cheques) {
    CompactSignature signature = cheques.get(0).signature();
    return AbiCall.of("cash(address,uint256,uint8,bytes32,bytes32)")
        .word(payers.get(0))
        .word(cheques.get(0).cumulativeWei())
        .word(27 + signature.yParity())
        .word(signature.r())
        .word(signature.toSignature().s())
        .encoded();
  }

  @Override
  public int mostPerTransaction() {
    return 1;
  }

  @Override
  public long cashGas(int cheques) {
    return 68_000;
  }

  @Override
  public boolean countsWhatMoved() {
    return false;
  }

  @Override
  public List<Movement> movements(Receipt receipt, Address payee) {
    List<Movement> movements = new ArrayList<>();
    for (Log log : receipt.logs()) {
      if (log.address().equals(address)
          && log.topics().size() == 2
          && log.topics().get(0).equals(BALANCE_CHANGED)
          && log.data().size() == 64) {
        UInt256 before = UInt256.fromBytes(log.data().slice(0, 32));
        UInt256 after = UInt256.fromBytes(log.data().slice(32, 32));
        if (after.compareTo(before) < 0) {
          Address payer = Address.of(log.topics().get(1).slice(12));
          movements.add(new Movement(payer, before.subtract(after), Optional.empty()));
        }
      }
    }
    return movements;
  }

  @Override
  public Optional<SigningRequest> closeRequest(Address payee, Address payer, CloseTerms terms) {
    return Optional.empty();
  }

  @Override
  public Optional<Bytes> closeCall(
      Address payee,
      Address payer,
      CloseTerms terms,
      CompactSignature byPayer,
      CompactSignature byPayee) {
    return Optional.empty();
  }
}
