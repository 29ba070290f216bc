package io.lesnode.payment.cheque;

import io.lesnode.payment.SigningRequest;
import io.lesnode.payment.signing.CompactSignature;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Receipt;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * An account book on a chain: how its cheques are signed and written, where its storage has the
 * accounts, how it is called and what it logs. Immutable, thread-safe, without a chain itself.
 */
public sealed interface AccountBook permits AccountBook2, OriginalAccountBook {

  /** The version of its cheques, as peers are told: {@code cheque/2} or {@code cheque/0}. */
  String variant();

  /** Where the contract is. */
  Address address();

  /** The hash of the code that must be there. */
  Bytes32 codeHash();

  /** What a payer signs. */
  Bytes32 digest(Address payee, UInt256 cumulativeWei);

  /** What a payer signs, as a signer is asked. */
  SigningRequest signingRequest(Address payee, UInt256 cumulativeWei);

  /** The bytes of a cheque in a Pay message and as evidence. */
  Bytes encode(Cheque cheque);

  /** A cheque for a payee from the bytes of a peer; strict. */
  Cheque decode(Address payee, Bytes received) throws ChequeFormatException;

  /** The slots of an account, to be read together. */
  List<UInt256> slots(Address payee, Address payer);

  /** An account from the values of its slots. */
  BookAccount account(List<UInt256> values);

  /**
   * Whether the contract pays the payee, by the values of {@link #slots}: the first account book
   * belongs to one payee.
   */
  boolean pays(Address payee, List<UInt256> values);

  /** The call that puts the ether that goes with it aside for a payee. */
  Bytes depositCall(Address payee);

  /** The call that asks for money back. */
  Bytes withdrawCall(Address payee, UInt256 amountWei);

  /** The call that takes what was asked back. */
  Bytes claimCall(Address payee);

  /** The call that cashes cheques, whose payers are given in the same order. */
  Bytes cashCall(List<Address> payers, List<Cheque> cheques);

  /** How many cheques a transaction can cash. */
  int mostPerTransaction();

  /** About what a transaction with so many cheques costs, in gas. */
  long cashGas(int cheques);

  /**
   * Whether what the contract counts as paid is what it moved. The first account book counts what a
   * cheque was over, and so writes off what bounced.
   */
  boolean countsWhatMoved();

  /** What a transaction did for a payee, by its logs. */
  List<Movement> movements(Receipt receipt, Address payee);

  /** What both sign to end an account at once, if the contract can do that. */
  Optional<SigningRequest> closeRequest(Address payee, Address payer, CloseTerms terms);

  /** The call that ends an account with both signatures, if the contract can do that. */
  Optional<Bytes> closeCall(
      Address payee,
      Address payer,
      CloseTerms terms,
      CompactSignature byPayer,
      CompactSignature byPayee);
}
