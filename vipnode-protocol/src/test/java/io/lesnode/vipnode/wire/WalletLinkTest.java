package io.lesnode.vipnode.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.payment.SigningRequest;
import io.lesnode.payment.signing.MemorySigner;
import io.lesnode.payment.signing.PersonalMessage;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

/**
 * The link of a wallet and a node has both signatures: the node's, because RLPx has proven its key
 * when a Status comes, and the wallet's over node, peer, chain and contracts (EIP-191 and bare).
 * Defects D2 and D10 of vipnode v2: a payout address that was never linked to anything, and wallets
 * that claimed any node.
 */
class WalletLinkTest {
  private static final UInt256 CHAIN = UInt256.valueOf(1337);
  private static final KeyPair WALLET = KeyPair.ofSecret(Bytes32.repeat((byte) 0x31));
  private static final KeyPair OTHER_WALLET = KeyPair.ofSecret(Bytes32.repeat((byte) 0x32));
  private static final Bytes32 NODE = Keccak.keccak256(Bytes.of(1));
  private static final Bytes32 OTHER_NODE = Keccak.keccak256(Bytes.of(2));
  private static final Bytes32 PEER = Keccak.keccak256(Bytes.of(3));
  private static final Bytes32 NO_CONTRACTS = VipSignatures.contractSetHash(List.of());

  private static Bytes32 digest(UInt256 chain, Bytes32 node, Bytes32 peer, Address wallet) {
    return VipSignatures.bindDigest(chain, node, peer, wallet, NO_CONTRACTS);
  }

  private static boolean links(Bytes signature, Bytes32 node, Bytes32 peer, Address wallet) {
    return VipSignatures.isSignedByAccount(digest(CHAIN, node, peer, wallet), signature, wallet);
  }

  private static Bytes signed(KeyPair wallet, Bytes32 node, Bytes32 peer) {
    Bytes32 digest = digest(CHAIN, node, peer, wallet.address());
    SigningRequest request =
        new SigningRequest(SigningRequest.Kind.DIGEST, digest, Bytes.EMPTY, "link");
    return new MemorySigner(wallet).sign(request).toBytes65();
  }

  /** Defect D10: any wallet could claim any node. */
  @Test
  void aWalletIsLinkedOnlyToTheNodeAndThePeerThatItSignedFor() {
    Bytes link = signed(WALLET, NODE, PEER);
    assertThat(links(link, NODE, PEER, WALLET.address())).isTrue();
    assertThat(links(link, OTHER_NODE, PEER, WALLET.address())).isFalse();
    assertThat(links(link, NODE, OTHER_NODE, WALLET.address())).isFalse();
    Bytes32 elsewhere = digest(UInt256.ONE, NODE, PEER, WALLET.address());
    assertThat(VipSignatures.isSignedByAccount(elsewhere, link, WALLET.address())).isFalse();
  }

  /** Defect D2: an address to pay at counts only if its owner said so. */
  @Test
  void anAddressWithoutItsOwnersSignatureIsNotLinked() {
    Bytes byOther = signed(OTHER_WALLET, NODE, PEER);
    assertThat(links(byOther, NODE, PEER, WALLET.address())).isFalse();
    Bytes32 digest = digest(CHAIN, NODE, PEER, WALLET.address());
    Bytes forWalletByOther = OTHER_WALLET.sign(digest).toBytes65();
    assertThat(links(forWalletByOther, NODE, PEER, WALLET.address())).isFalse();
    assertThat(links(Bytes.wrap(new byte[65]), NODE, PEER, Address.ZERO)).isFalse();
    assertThat(links(Bytes.EMPTY, NODE, PEER, WALLET.address())).isFalse();
  }

  /** Outside signers do not sign bare digests; as a message the link is as good. */
  @Test
  void aLinkSignedAsAMessageCountsToo() {
    Bytes32 message = PersonalMessage.digest(digest(CHAIN, NODE, PEER, WALLET.address()));
    Bytes link = WALLET.sign(message).toBytes65();
    assertThat(links(link, NODE, PEER, WALLET.address())).isTrue();
    assertThat(links(link, OTHER_NODE, PEER, WALLET.address())).isFalse();
  }
}
