package io.lesnode.vipnode.wire;

import io.lesnode.payment.MethodTerms;
import io.lesnode.payment.signing.PersonalMessage;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.Secp256k1;
import io.lesnode.primitives.crypto.Signature;
import io.lesnode.vipnode.wire.VipMessage.PoolJoin;
import io.lesnode.vipnode.wire.VipMessage.Usage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * What the signatures of vip/1 sign, and how they are checked. Stateless.
 *
 * <p>Every digest is keccak256 of an ASCII domain that names the protocol and the purpose, followed
 * by the canonical RLP list of what is signed. A list begins with a byte above ASCII, so where the
 * domain ends is never in doubt; no domain begins as a transaction, typed data or a node record
 * does: a signature made for one purpose is worth nothing for another. Signatures are {@code
 * r‖s‖v}, v of 0 or 1, low s; any other form of the same signature is refused (docs/vip.md,
 * "Signatures").
 */
public final class VipSignatures {
  private static final Bytes BIND = domain("vip/1 bind");
  private static final Bytes CONTRACTS = domain("vip/1 contracts");
  private static final Bytes OFFER = domain("vip/1 offer");
  private static final Bytes RECEIPT = domain("vip/1 rcpt");
  private static final Bytes EXCHANGE = domain("vip/1 exch");
  private static final Bytes POOL_JOIN = domain("vip/1 join");
  private static final Bytes USAGE = domain("vip/1 usage");
  private static final Bytes GRANT = domain("vip/1 grant");

  private VipSignatures() {}

  /**
   * What a pay key signs to prove that its owner is the owner of a node, towards one peer.
   *
   * @param node the node id of the signer's node
   * @param peer the node id of the peer that it is shown to: it proves nothing to others
   * @param contractSet {@link #contractSetHash} of the methods in the same Status
   */
  public static Bytes32 bindDigest(
      UInt256 chainId, Bytes32 node, Bytes32 peer, Address payAddress, Bytes32 contractSet) {
    return digest(
        BIND,
        new Fields()
            .amount(chainId)
            .bytes(node)
            .bytes(peer)
            .bytes(payAddress.bytes())
            .bytes(contractSet));
  }

  /** What stands for the methods of a Status and their contracts in a binding signature. */
  public static Bytes32 contractSetHash(List<MethodEntry> methods) {
    return digest(
        CONTRACTS,
        new Fields()
            .listOf(
                methods,
                (fields, method) ->
                    fields.raw(
                        new Fields()
                            .number(method.id())
                            .bytes(method.contract().map(Address::bytes).orElse(Bytes.EMPTY))
                            .bytes(method.codeHash())
                            .list())));
  }

  /** The same for methods that we offer ourselves. */
  public static Bytes32 contractSetHashOf(List<MethodTerms> methods) {
    return contractSetHash(methods.stream().map(MethodEntry::of).toList());
  }

  /** What a server's node key signs for an offer that it makes. */
  public static Bytes32 offerDigest(OfferTerms terms) {
    return digest(OFFER, VipEncoder.offerFields(terms));
  }

  /**
   * What the signature of an offer that came covers: everything but the signature, as it came, with
   * elements that are unknown here.
   *
   * @param encoded {@link VipMessage.Offer#encoded()}
   */
  public static Bytes32 offerDigest(Bytes encoded) {
    Fields fields = new Fields();
    VipDecoder.signedItemsOfOffer(encoded).forEach(fields::raw);
    return digest(OFFER, fields);
  }

  /**
   * What a server's node key signs for a payment that it accepted.
   *
   * @param payId 8 bytes
   * @param client node id of the client
   */
  public static Bytes32 receiptDigest(
      Bytes payId,
      Bytes32 client,
      int method,
      UInt256 cumulativeWei,
      long tokenBalance,
      long serial) {
    return digest(
        RECEIPT,
        new Fields()
            .payId(payId)
            .bytes(client)
            .number(method)
            .amount(cumulativeWei)
            .number(tokenBalance)
            .number(serial));
  }

  /**
   * What the pay key signs for an exchange.
   *
   * @param server node id of the server
   * @param client node id of the client, which gets or gives the tokens
   */
  public static Bytes32 exchangeDigest(
      UInt256 chainId, Bytes32 server, Bytes32 client, VipMessage.Exchange exchange) {
    return digest(
        EXCHANGE,
        new Fields()
            .amount(chainId)
            .bytes(server)
            .bytes(client)
            .number(exchange.serial())
            .signed(exchange.minTokens())
            .signed(exchange.maxTokens())
            .amount(exchange.maxCurrencyWei()));
  }

  /**
   * What a node key signs to join a pool; the signature in the message is not part of it.
   *
   * @param pool node id of the pool
   * @param node node id of the signer
   */
  public static Bytes32 poolJoinDigest(UInt256 chainId, Bytes32 pool, Bytes32 node, PoolJoin join) {
    return digest(
        POOL_JOIN,
        new Fields()
            .amount(chainId)
            .bytes(pool)
            .bytes(node)
            .number(join.role())
            .bytes(join.payAddress().bytes())
            .number(join.capacity())
            .listOf(join.capabilities(), Fields::text));
  }

  /** What client and host sign with their node keys; the signatures in it are not part of it. */
  public static Bytes32 usageDigest(Usage usage) {
    return digest(USAGE, VipEncoder.usageFields(usage));
  }

  /** What a pool's node key signs to send a client to a host; the signature is not part of it. */
  public static Bytes32 grantDigest(PoolGrant grant) {
    return digest(GRANT, grant.fields());
  }

  /**
   * The public key (64 bytes) that made a signature; empty when it is none or not in the one form
   * that is allowed.
   */
  public static Optional<Bytes> signerKey(Bytes32 digest, Bytes signature) {
    if (!hasAllowedForm(signature)) {
      return Optional.empty();
    }
    return Secp256k1.instance().recover(digest, Signature.fromBytes65(flat(signature)));
  }

  /**
   * Whether the account made the signature; the zero address never did. Outside signers as clef do
   * not sign bare digests: their signature over the digest as a message (EIP-191, version 0x45)
   * counts as well.
   */
  public static boolean isSignedByAccount(Bytes32 digest, Bytes signature, Address account) {
    return isBareSignatureOf(account, digest, signature)
        || isBareSignatureOf(account, PersonalMessage.digest(digest), signature);
  }

  private static boolean isBareSignatureOf(Address account, Bytes32 digest, Bytes signature) {
    return !account.equals(Address.ZERO)
        && signerKey(digest, signature)
            .filter(key -> Address.ofPublicKey(key).equals(account))
            .isPresent();
  }

  /** Whether the node of this id made the signature. */
  public static boolean isSignedByNode(Bytes32 digest, Bytes signature, Bytes32 nodeId) {
    return signerKey(digest, signature)
        .filter(key -> Keccak.keccak256(key).equals(nodeId))
        .isPresent();
  }

  /** Whether the key (64 bytes) made the signature: faster than recovering it. */
  public static boolean isSignedByKey(Bytes32 digest, Bytes signature, Bytes publicKey) {
    return hasAllowedForm(signature)
        && Secp256k1.instance().verify(digest, flat(signature).slice(0, 64), publicKey);
  }

  private static boolean hasAllowedForm(Bytes signature) {
    if (signature.size() != VipLimits.SIGNATURE_BYTES || (signature.get(64) & 0xfe) != 0) {
      return false;
    }
    Bytes flat = flat(signature);
    UInt256 r = UInt256.fromBytes(flat.slice(0, 32));
    UInt256 s = UInt256.fromBytes(flat.slice(32, 32));
    return !r.isZero() && !s.isZero() && s.compareTo(HALF_ORDER) <= 0;
  }

  /** Tuweni 2.7 reads slices of what it concatenated wrongly in some places. */
  private static Bytes flat(Bytes bytes) {
    return Bytes.wrap(bytes.toArrayUnsafe());
  }

  private static final UInt256 HALF_ORDER = UInt256.valueOf(Secp256k1.HALF_ORDER);

  private static Bytes32 digest(Bytes domain, Fields fields) {
    return Keccak.keccak256(Bytes.concatenate(domain, fields.list()));
  }

  private static Bytes domain(String text) {
    return Bytes.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }
}
