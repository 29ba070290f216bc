package io.lesnode.primitives.crypto;

import java.math.BigInteger;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.ECAlgorithms;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.util.BigIntegers;

/** The pure Java implementation, used where no native binary fits. */
final class BouncyCastleSecp256k1 implements Secp256k1 {
  private final ECDomainParameters domain;

  BouncyCastleSecp256k1() {
    // CustomNamedCurves has a field implementation of its own for this curve; SECNamedCurves does
    // not.
    X9ECParameters curve = CustomNamedCurves.getByName("secp256k1");
    domain = new ECDomainParameters(curve.getCurve(), curve.getG(), curve.getN(), curve.getH());
  }

  @Override
  public String name() {
    return "Bouncy Castle";
  }

  @Override
  public Bytes publicKey(Bytes32 secret) {
    if (!Secp256k1.isValidSecret(secret)) {
      throw new IllegalArgumentException("the secret is not in 1 … order - 1");
    }
    ECPoint point =
        new FixedPointCombMultiplier().multiply(domain.getG(), secret.toUnsignedBigInteger());
    return Bytes.wrap(point.getEncoded(false), 1, 64);
  }

  /**
   * As Bouncy Castle's signer does it (RFC 6979 nonces, fixed-base comb), but the parity of the
   * nonce point is read off it; found by recovering the key, it would cost three times the
   * signature.
   */
  @Override
  public Signature sign(Bytes32 digest, Bytes32 secret, Bytes publicKey) {
    BigInteger d = secret.toUnsignedBigInteger();
    BigInteger e = digest.toUnsignedBigInteger();
    HMacDSAKCalculator nonces = new HMacDSAKCalculator(new SHA256Digest());
    nonces.init(ORDER, d, digest.toArrayUnsafe());
    while (true) {
      BigInteger k = nonces.nextK();
      ECPoint point = new FixedPointCombMultiplier().multiply(domain.getG(), k).normalize();
      BigInteger r = point.getAffineXCoord().toBigInteger();
      BigInteger s = BigIntegers.modOddInverse(ORDER, k).multiply(e.add(d.multiply(r))).mod(ORDER);
      // an x coordinate that is not below the order, or a zero, never happens; the next nonce does
      if (r.signum() != 0 && r.compareTo(ORDER) < 0 && s.signum() != 0) {
        boolean high = s.compareTo(HALF_ORDER) > 0;
        boolean odd = point.getAffineYCoord().testBitZero();
        return new Signature(
            UInt256.valueOf(r), UInt256.valueOf(high ? ORDER.subtract(s) : s), odd != high ? 1 : 0);
      }
    }
  }

  @Override
  public Optional<Bytes> recover(Bytes32 digest, Signature signature) {
    BigInteger r = signature.r().toUnsignedBigInteger();
    BigInteger s = signature.s().toUnsignedBigInteger();
    if (r.signum() == 0 || s.signum() == 0 || r.compareTo(ORDER) >= 0 || s.compareTo(ORDER) >= 0) {
      return Optional.empty();
    }
    ECPoint nonce;
    try {
      Bytes compressed =
          Bytes.concatenate(Bytes.of(2 + signature.yParity()), signature.r().toBytes());
      nonce = domain.getCurve().decodePoint(compressed.toArrayUnsafe());
    } catch (IllegalArgumentException offTheCurve) {
      return Optional.empty();
    }
    BigInteger inverse = r.modInverse(ORDER);
    BigInteger e = digest.toUnsignedBigInteger();
    BigInteger u1 = ORDER.subtract(e.mod(ORDER)).multiply(inverse).mod(ORDER);
    BigInteger u2 = s.multiply(inverse).mod(ORDER);
    ECPoint key = ECAlgorithms.sumOfTwoMultiplies(domain.getG(), u1, nonce, u2).normalize();
    return key.isInfinity()
        ? Optional.empty()
        : Optional.of(Bytes.wrap(key.getEncoded(false), 1, 64));
  }

  @Override
  public boolean verify(Bytes32 digest, Bytes signature64, Bytes publicKey) {
    if (signature64.size() != 64 || publicKey.size() != 64) {
      return false;
    }
    BigInteger r = signature64.slice(0, 32).toUnsignedBigInteger();
    BigInteger s = signature64.slice(32, 32).toUnsignedBigInteger();
    if (s.compareTo(HALF_ORDER) > 0) {
      return false;
    }
    try {
      ECDSASigner signer = new ECDSASigner();
      signer.init(false, new ECPublicKeyParameters(point(publicKey), domain));
      return signer.verifySignature(digest.toArrayUnsafe(), r, s);
    } catch (IllegalArgumentException badPoint) {
      return false;
    }
  }

  @Override
  public Bytes32 ecdh(Bytes32 secret, Bytes publicKey) {
    ECPoint shared = point(publicKey).multiply(secret.toUnsignedBigInteger()).normalize();
    if (shared.isInfinity()) {
      throw new IllegalArgumentException("the shared point is infinity");
    }
    return Bytes32.wrap(shared.getAffineXCoord().getEncoded());
  }

  private ECPoint point(Bytes publicKey) {
    if (publicKey.size() != 64) {
      throw new IllegalArgumentException(
          "a public key has 64 bytes, these are " + publicKey.size());
    }
    return domain.getCurve().decodePoint(Bytes.concatenate(Bytes.of(4), publicKey).toArrayUnsafe());
  }
}
