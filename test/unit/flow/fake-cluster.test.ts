import { describeCluster } from "../../support/cluster-contract.ts";
import { createFakeCluster } from "../../support/fake-cluster.ts";

describeCluster("createFakeCluster()", () => Promise.resolve(createFakeCluster()));
