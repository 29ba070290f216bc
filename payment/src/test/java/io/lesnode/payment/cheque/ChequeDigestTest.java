package io.lesnode.payment.cheque;

import static io.lesnode.payment.cheque.ChequeWorld.ETHER;
import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.contracts.testing.ContractChain;
import io.lesnode.payment.SigningRequest;
import io.lesnode.payment.cheque.ChequeWorld.Hand;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.Keccak;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;
import org.web3j.crypto.StructuredDataEncoder;

/**
 * Test D1 of docs/vip.md for cheques: what is signed, against the contracts themselves and against
 * web3j's encoder of EIP-712, which reads the JSON that wallets are shown.
 */
class ChequeDigestTest {
  private final ChequeWorld world = new ChequeWorld();

  @Test
  void theContractHashesChequesAsWeDo() {
    for (BigInteger total :
        List.of(BigInteger.ONE, ETHER, UInt256.MAX_VALUE.toUnsignedBigInteger())) {
      UInt256 wei = UInt256.valueOf(total);
      Bytes call = AbiCall.of("chequeHash(address,uint256)").word(world.payee).word(wei).encoded();
      assertThat(world.contracts.call(world.book.address(), call))
          .isEqualTo(world.book.digest(world.payee, wei));
    }
    Bytes separator =
        world.contracts.call(world.book.address(), AbiCall.of("domainSeparator()").encoded());
    assertThat(separator)
        .isEqualTo(
            new io.lesnode.payment.signing.TypedDomain(
                    "LES AccountBook", "2", ContractChain.CHAIN_ID, world.book.address())
                .separator());
  }

  @Test
  void whatWalletsAreShownHashesToWhatIsSigned() throws Exception {
    SigningRequest cheque = world.book.signingRequest(world.payee, UInt256.valueOf(ETHER));
    assertThat(cheque.digest()).isEqualTo(world.book.digest(world.payee, UInt256.valueOf(ETHER)));
    assertThat(web3j(cheque)).isEqualTo(cheque.digest());

    SigningRequest close =
        world
            .book
            .closeRequest(
                world.payee,
                Address.fromHex("0x00000000000000000000000000000000000000aa"),
                new CloseTerms(UInt256.valueOf(5), 3, 1_700_000_000))
            .orElseThrow();
    assertThat(web3j(close)).isEqualTo(close.digest());
  }

  private static Bytes web3j(SigningRequest request) throws Exception {
    String json = new String(request.payload().toArrayUnsafe(), StandardCharsets.UTF_8);
    return Bytes.wrap(new StructuredDataEncoder(json).hashStructuredData());
  }

  /** The split of a chain makes two domains. */
  @Test
  void otherChainsAndContractsHaveOtherDigests() {
    UInt256 wei = UInt256.valueOf(7);
    Bytes32 ours = world.book.digest(world.payee, wei);
    assertThat(new AccountBook2(1, world.book.address()).digest(world.payee, wei))
        .isNotEqualTo(ours);
    assertThat(new AccountBook2(ContractChain.CHAIN_ID, world.payee).digest(world.payee, wei))
        .isNotEqualTo(ours);
    assertThat(world.book.digest(world.book.address(), wei)).isNotEqualTo(ours);
  }

  /** The original: {@code keccak(0x19 00 ‖ contract ‖ cumulative)}, 99 bytes of RLP. */
  @Test
  void theFirstChequeIsAsItWas() throws Exception {
    ChequeWorld old = new ChequeWorld(true);
    Hand anna = old.handWith(2, ETHER);
    BigInteger total = ETHER.divide(BigInteger.TWO);
    Bytes preimage =
        Bytes.concatenate(
            Bytes.fromHexString("0x1900"),
            old.book.address().bytes(),
            Bytes32.leftPad(Bytes.wrap(total.toByteArray())));
    assertThat(old.book.digest(old.payee, UInt256.valueOf(total)))
        .isEqualTo(Keccak.keccak256(preimage));

    Bytes proof = anna.proof(total);
    assertThat(proof.size()).isEqualTo(99);
    assertThat(proof.slice(0, 3).toHexString()).isEqualTo("0xf86194");
    int v = proof.get(98) & 0xff;
    assertThat(v).isBetween(27, 28);
    assertThat(old.book.decode(old.payee, proof)).isEqualTo(anna.cheque(total));

    // The contract pays it.
    anna.pay(total);
    old.settle(true);
    old.mine(8);
    assertThat(old.onChain(anna.address()).paidWei()).isEqualTo(UInt256.valueOf(total));
    assertThat(old.claim(anna.address())).isZero();
  }
}
