package io.lesnode.vipnode.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.Secp256k1;
import io.lesnode.primitives.crypto.Signature;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

/** Signatures have one form, and are good for one purpose. */
class VipSignaturesTest {
  private static final Bytes32 DIGEST = VipSignatures.usageDigest(Vectors.USAGE);
  private static final Bytes GOOD = Vectors.CLIENT_NODE.sign(DIGEST).toBytes65();

  @Test
  void onlyOneFormOfASignatureIsAccepted() {
    assertThat(isByClient(GOOD)).isTrue();
    Signature signature = Signature.fromBytes65(GOOD);
    UInt256 highS = UInt256.valueOf(Secp256k1.ORDER.subtract(signature.s().toBigInteger()));
    Bytes twin = new Signature(signature.r(), highS, 1 - signature.yParity()).toBytes65();
    assertThat(Secp256k1.instance().recover(DIGEST, Signature.fromBytes65(twin)))
        .contains(Vectors.CLIENT_NODE.publicKey());
    List<Bytes> others =
        List.of(
            twin,
            Bytes.concatenate(GOOD.slice(0, 64), Bytes.of(27 + GOOD.get(64))),
            Bytes.concatenate(GOOD.slice(0, 64), Bytes.of(2)),
            Bytes.concatenate(Bytes32.ZERO, GOOD.slice(32)),
            Bytes.concatenate(GOOD.slice(0, 32), Bytes32.ZERO, GOOD.slice(64)),
            GOOD.slice(0, 64),
            Bytes.EMPTY);
    for (Bytes other : others) {
      assertThat(isByClient(other)).as("%s", other).isFalse();
    }
    Bytes garbage = Vectors.repeat(0, 65);
    assertThat(VipSignatures.isSignedByAccount(DIGEST, garbage, Address.ZERO)).isFalse();
  }

  @Test
  void aBindingIsForOnePeerOneChainAndOneSetOfContracts() {
    Address payer = Vectors.CLIENT_PAY.address();
    Bytes32 contracts = VipSignatures.contractSetHash(Vectors.METHODS);
    List<MethodEntry> fewer = List.of(Vectors.METHODS.getFirst());
    List<Bytes32> digests = new ArrayList<>();
    digests.add(bind(Vectors.CHAIN_ID, Vectors.CLIENT, Vectors.SERVER, payer, contracts));
    digests.add(bind(UInt256.ONE, Vectors.CLIENT, Vectors.SERVER, payer, contracts));
    digests.add(bind(Vectors.CHAIN_ID, Vectors.SERVER, Vectors.CLIENT, payer, contracts));
    digests.add(bind(Vectors.CHAIN_ID, Vectors.CLIENT, Vectors.POOL, payer, contracts));
    digests.add(bind(Vectors.CHAIN_ID, Vectors.CLIENT, Vectors.SERVER, Address.ZERO, contracts));
    digests.add(
        bind(
            Vectors.CHAIN_ID,
            Vectors.CLIENT,
            Vectors.SERVER,
            payer,
            VipSignatures.contractSetHash(fewer)));
    assertThat(new HashSet<>(digests)).hasSameSizeAs(digests);
  }

  @Test
  void anExchangeIsForOneServerAndOneChain() {
    Bytes32 here =
        VipSignatures.exchangeDigest(Vectors.CHAIN_ID, Vectors.SERVER, Vectors.CLIENT, Vectors.BUY);
    assertThat(here)
        .isNotEqualTo(
            VipSignatures.exchangeDigest(
                Vectors.CHAIN_ID, Vectors.POOL, Vectors.CLIENT, Vectors.BUY))
        .isNotEqualTo(
            VipSignatures.exchangeDigest(UInt256.ONE, Vectors.SERVER, Vectors.CLIENT, Vectors.BUY));
  }

  /** Defect D13 of docs/vip.md: a request signed for one pool is worth nothing at another. */
  @Test
  void aRequestToJoinIsForOnePool() {
    assertThat(
            VipSignatures.poolJoinDigest(
                Vectors.CHAIN_ID, Vectors.POOL, Vectors.SERVER, Vectors.JOIN))
        .isNotEqualTo(
            VipSignatures.poolJoinDigest(
                Vectors.CHAIN_ID, Vectors.CLIENT, Vectors.SERVER, Vectors.JOIN));
  }

  @Test
  void aGrantIsItsPoolsAndUnchanged() {
    assertThat(Vectors.GRANT.isSignedByItsPool()).isTrue();
    PoolGrant longer =
        PoolGrant.unsigned(Vectors.POOL, Vectors.CLIENT, Vectors.SERVER, 1_800_000_000, 160_000)
            .signed(Vectors.GRANT.poolSignature());
    assertThat(longer.isSignedByItsPool()).isFalse();
    PoolGrant otherPool =
        PoolGrant.unsigned(Vectors.CLIENT, Vectors.CLIENT, Vectors.SERVER, 1_700_000_120, 160_000)
            .signed(Vectors.GRANT.poolSignature());
    assertThat(otherPool.isSignedByItsPool()).isFalse();
  }

  private static Bytes32 bind(
      UInt256 chainId, Bytes32 node, Bytes32 peer, Address address, Bytes32 contracts) {
    return VipSignatures.bindDigest(chainId, node, peer, address, contracts);
  }

  private static boolean isByClient(Bytes signature) {
    boolean byNode = VipSignatures.isSignedByNode(DIGEST, signature, Vectors.CLIENT);
    assertThat(VipSignatures.isSignedByKey(DIGEST, signature, Vectors.CLIENT_NODE.publicKey()))
        .isEqualTo(byNode);
    assertThat(VipSignatures.isSignedByAccount(DIGEST, signature, Vectors.CLIENT_NODE.address()))
        .isEqualTo(byNode);
    return byNode;
  }
}
