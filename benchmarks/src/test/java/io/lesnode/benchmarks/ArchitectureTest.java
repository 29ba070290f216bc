package io.lesnode.benchmarks;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** The arrows of ARCHITECTURE.md, held by the build. */
@AnalyzeClasses(packages = "io.lesnode", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String[] NETWORK_DISK_LOGGING = {
    "io.netty..",
    "org.rocksdb..",
    "org.slf4j..",
    "ch.qos.logback..",
    "java.nio.file..",
    "java.net.."
  };

  /** An address that came with a connection is a value; nothing is resolved or opened with it. */
  private static final Class<?>[] ADDRESSES_AS_VALUES = {
    InetAddress.class, Inet4Address.class, UnknownHostException.class
  };

  @ArchTest
  static final ArchRule arrowsPointDown =
      layeredArchitecture()
          .consideringOnlyDependenciesInAnyPackage("io.lesnode..")
          .withOptionalLayers(true)
          .layer("primitives")
          .definedBy("io.lesnode.primitives..")
          .layer("flowcontrol")
          .definedBy("io.lesnode.flowcontrol..")
          .layer("evm")
          .definedBy("io.lesnode.evm..")
          .layer("chain")
          .definedBy("io.lesnode.chain..")
          .layer("devp2p")
          .definedBy("io.lesnode.devp2p..")
          .layer("les")
          .definedBy("io.lesnode.les..")
          .layer("contracts")
          .definedBy("io.lesnode.contracts..")
          .layer("payment")
          .definedBy("io.lesnode.payment..")
          .layer("vipnode")
          .definedBy("io.lesnode.vipnode..")
          .layer("vip")
          .definedBy("io.lesnode.vip..")
          .layer("rpc")
          .definedBy("io.lesnode.rpc..")
          .layer("web3j")
          .definedBy("io.lesnode.web3j..")
          .layer("app")
          .definedBy("io.lesnode.app..")
          .layer("benchmarks")
          .definedBy("io.lesnode.benchmarks..")
          .whereLayer("primitives")
          .mayNotAccessAnyLayer()
          .whereLayer("flowcontrol")
          .mayNotAccessAnyLayer()
          .whereLayer("evm")
          .mayOnlyAccessLayers("primitives")
          .whereLayer("chain")
          .mayOnlyAccessLayers("primitives", "evm")
          .whereLayer("devp2p")
          .mayOnlyAccessLayers("primitives")
          .whereLayer("les")
          .mayOnlyAccessLayers("primitives", "evm", "chain", "devp2p", "flowcontrol")
          .whereLayer("contracts")
          .mayOnlyAccessLayers("primitives")
          .whereLayer("payment")
          .mayOnlyAccessLayers("primitives", "contracts")
          .whereLayer("vipnode")
          .mayOnlyAccessLayers("primitives", "flowcontrol", "payment")
          .whereLayer("vip")
          .mayOnlyAccessLayers(
              "primitives",
              "evm",
              "chain",
              "devp2p",
              "flowcontrol",
              "les",
              "contracts",
              "payment",
              "vipnode")
          .whereLayer("rpc")
          .mayOnlyAccessLayers("primitives", "evm", "chain", "devp2p", "flowcontrol", "les")
          .whereLayer("web3j")
          .mayOnlyAccessLayers("primitives", "evm", "chain", "devp2p", "les", "rpc")
          .whereLayer("app")
          .mayOnlyBeAccessedByLayers("benchmarks")
          .whereLayer("benchmarks")
          .mayNotBeAccessedByAnyLayer();

  @ArchTest
  static final ArchRule flowControlIsJdkOnly =
      classes()
          .that()
          .resideInAPackage("io.lesnode.flowcontrol..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("io.lesnode.flowcontrol..", "java..", "org.jspecify..");

  @ArchTest
  static final ArchRule protocolLogicTouchesNoNetworkDiskOrLog =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.lesnode.flowcontrol..", "io.lesnode.vipnode..", "io.lesnode.les.wire..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(NETWORK_DISK_LOGGING)
                  .and(not(belongToAnyOf(ADDRESSES_AS_VALUES))));

  @ArchTest
  static final ArchRule namesSayWhatAThingIs =
      noClasses()
          .should()
          .haveSimpleNameEndingWith("Impl")
          .orShould()
          .haveSimpleNameEndingWith("Util")
          .orShould()
          .haveSimpleNameEndingWith("Utils")
          .orShould()
          .haveSimpleNameEndingWith("Helper");

  @ArchTest
  static final ArchRule noPackageOfLeftovers =
      noClasses()
          .should()
          .resideInAnyPackage("..common..", "..util..", "..utils..", "..helper..", "..helpers..");

  @ArchTest
  static final ArchRule everyPackageIntroducesItself =
      classes().that().resideInAPackage("io.lesnode..").should(liveInAPackageWithPackageInfo());

  private static ArchCondition<JavaClass> liveInAPackageWithPackageInfo() {
    return new ArchCondition<>("live in a package with a package-info") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        if (type.getPackageName().contains("jmh_generated")
            || type.getPackageName().equals("io.lesnode.contracts.wrapper")) { // generated
          return;
        }
        if (type.getPackage().tryGetPackageInfo().isEmpty()) {
          events.add(
              SimpleConditionEvent.violated(type, type.getPackageName() + " has no package-info"));
        }
      }
    };
  }
}
