package io.lesnode.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.contracts.testing.ChainService;
import io.lesnode.contracts.testing.ContractChain;
import io.lesnode.contracts.wrapper.AccountBook;
import io.lesnode.contracts.wrapper.AccountBook2;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.config.Fork;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import java.math.BigInteger;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.Sign;
import org.web3j.protocol.Web3j;
import org.web3j.tx.RawTransactionManager;
import org.web3j.tx.gas.StaticGasProvider;

/** The generated wrappers deploy, call and read the contracts, signing as web3j does. */
class WrappersTest {
  private static final StaticGasProvider GAS =
      new StaticGasProvider(
          ContractChain.GAS_PRICE.toUnsignedBigInteger(), BigInteger.valueOf(3_000_000));

  private final ContractChain chain = ContractChain.of(Fork.LONDON);
  private final KeyPair payee = chain.account(1);
  private final KeyPair payer = chain.account(2);
  private final Web3j web3j = Web3j.build(new ChainService(chain));

  @AfterEach
  void shutdown() {
    web3j.shutdown();
  }

  @Test
  void accountBook2() throws Exception {
    AccountBook2 deployed = AccountBook2.deploy(web3j, manager(payee), GAS).send();
    String address = deployed.getContractAddress();
    AccountBook2 ofPayer = AccountBook2.load(address, web3j, manager(payer), GAS);

    var deposit = ofPayer.deposit(hex(payee), BigInteger.valueOf(1_000)).send();
    byte[] digest = deployed.chequeHash(hex(payee), BigInteger.valueOf(300)).send();
    Sign.SignatureData signature =
        Sign.signMessage(digest, credentials(payer).getEcKeyPair(), false);
    var cheque =
        new AccountBook2.Cheque(
            hex(payer), BigInteger.valueOf(300), signature.getR(), compact(signature));
    var cashed = deployed.cashMany(List.of(cheque)).send();

    assertThat(AccountBook2.getDepositedEvents(deposit))
        .singleElement()
        .satisfies(event -> assertThat(event.amount).isEqualTo(1_000));
    assertThat(AccountBook2.getCashedEvents(cashed))
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.payer).isEqualTo(hex(payer));
              assertThat(event.paid).isEqualTo(300);
            });
    var account = deployed.accountOf(hex(payee), hex(payer)).send();
    assertThat(account.component1()).isEqualTo(700);
    assertThat(account.component2()).isEqualTo(300);
    assertThat(chain.codeHash(Address.fromHex(address), chain.number()))
        .isEqualTo(ContractArtifact.ACCOUNT_BOOK_2.deployedCodeHash());
  }

  @Test
  void accountBook() throws Exception {
    AccountBook book =
        AccountBook.deploy(web3j, manager(payee), GAS, BigInteger.valueOf(64)).send();
    AccountBook ofPayer = AccountBook.load(book.getContractAddress(), web3j, manager(payer), GAS);
    ofPayer.deposit(BigInteger.valueOf(1_000)).send();
    Bytes32 digest =
        Keccak.keccak256(
            Bytes.concatenate(
                Bytes.fromHexString("0x1900"),
                Bytes.fromHexString(book.getContractAddress()),
                UInt256.valueOf(300).toBytes()));
    Sign.SignatureData signature =
        Sign.signMessage(digest.toArray(), credentials(payer).getEcKeyPair(), false);

    book.cash(
            hex(payer),
            BigInteger.valueOf(300),
            BigInteger.valueOf(signature.getV()[0]),
            signature.getR(),
            signature.getS())
        .send();

    assertThat(book.paids(hex(payer)).send()).isEqualTo(300);
    assertThat(book.deposits(hex(payer)).send()).isEqualTo(700);
    assertThat(book.owner().send()).isEqualTo(hex(payee));
  }

  private static byte[] compact(Sign.SignatureData signature) {
    byte[] vs = signature.getS().clone();
    if (signature.getV()[0] == 28) {
      vs[0] |= (byte) 0x80;
    }
    return vs;
  }

  private RawTransactionManager manager(KeyPair key) {
    return new RawTransactionManager(web3j, credentials(key), ContractChain.CHAIN_ID);
  }

  private static Credentials credentials(KeyPair key) {
    return Credentials.create(key.secret().toHexString());
  }

  private static String hex(KeyPair key) {
    return key.address().toHexString();
  }
}
