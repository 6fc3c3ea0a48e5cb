using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace VideoGen.LocalHosting.Tests.Parts;

public sealed class Names_and_drawings
{
    [TestCase("")]
    [TestCase("9lives")]
    [TestCase("two words")]
    [TestCase("ends-")]
    [TestCase("a--b")]
    [TestCase("under_score")]
    public void Refuse_a_name_that_is_no_host_name(string name) =>
        Assert.Catch<ArgumentException>(() => DistributedApplication.CreateBuilder([]).AddParameter(name));

    [Test]
    public void Refuse_two_resources_of_one_name()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        builder.AddParameter("twice");
        Assert.Throws<DistributedApplicationException>(() => builder.AddParameter("Twice"));
    }

    [Test]
    public void Refuse_to_publish_a_secret() =>
        Assert.Catch<ArgumentException>(() => DistributedApplication.CreateBuilder([]).AddParameter("key", "value", publishValueAsDefault: true, secret: true));

    [Test]
    public void Read_references_as_values_in_a_run()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        var password = builder.AddParameter("password", secret: true);
        var server = builder.AddPostgres("pg", password: password);
        var database = server.AddDatabase("db");
        password.Resource.Value = "s3cret";
        server.Resource.PrimaryEndpoint.Annotation.AllocatedPorts = [5555];
        Assert.That(
            ((IResourceWithConnectionString)database.Resource).GetConnectionStringAsync().AsTask().Result,
            Is.EqualTo("Host=127.0.0.1;Port=5555;Username=postgres;Password=s3cret;Database=db"));
    }

    [Test]
    public async Task Say_that_a_value_is_not_known_yet() =>
        await Assert.ThrowsAsync<DistributedApplicationException>(async () =>
            await DistributedApplication.CreateBuilder([]).AddPostgres("pg").Resource.ConnectionStringExpression.GetValueAsync());
}
