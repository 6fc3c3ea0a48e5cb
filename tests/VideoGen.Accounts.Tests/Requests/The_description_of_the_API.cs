namespace VideoGen.Accounts.Tests.Requests;

public sealed class The_description_of_the_API
{
    [Test]
    public async Task Names_every_public_route_and_no_internal_one()
    {
        await using var accounts = await AccountsApplication.StartAsync();
        var document = await (await accounts.Inside.GetAsync("/internal/openapi/v1.json")).JsonAsync();
        var operations = document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(operation => (path.Name, operation.Value))).ToList();
        Assert.That(operations.Select(operation => operation.Value.GetProperty("operationId").GetString()), Is.EquivalentTo(new[]
        {
            "SignUp", "CreateToken", "ChangePassword", "GetAccount", "DeleteAccount", "ListLedgerEntries",
            "CreateApiKey", "ListApiKeys", "RenameApiKey", "RevokeApiKey", "ListPlans", "ListAccounts", "GetAccountById",
            "ListLedgerEntriesOfAccount", "GrantCredits", "ChangePlan", "ListPlansForOperators", "CheckLedger",
        }));
        IEnumerable<string?> ParametersOf(string id) => operations.Single(operation => operation.Value.GetProperty("operationId").GetString() == id)
            .Value.GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString());

        Assert.That(operations.Select(operation => operation.Name), Has.None.Contains("/internal"));
        Assert.That(operations.Where(operation => operation.Value.TryGetProperty("requestBody", out _)).Select(operation => operation.Value.GetProperty("operationId").GetString()),
            Is.EquivalentTo(new[]
            {
                "SignUp", "CreateToken", "ChangePassword", "DeleteAccount", "CreateApiKey", "RenameApiKey", "GrantCredits", "ChangePlan",
            }));
        Assert.That(ParametersOf("ListLedgerEntries"), Is.EqualTo(new[] { "kind", "job_id", "limit", "cursor" }));
        Assert.That(ParametersOf("ListAccounts"), Is.EqualTo(new[] { "query", "limit", "cursor" }));
        Assert.That(ParametersOf("GrantCredits"), Is.EqualTo(new[] { "id", "Idempotency-Key" }));
        Assert.That(operations.Select(operation => operation.Value.GetProperty("summary").GetString()), Has.All.Not.Empty);
    }
}
