using System.Net;
using VideoGen.Accounts.Contracts;

namespace VideoGen.Gateway.Tests.Dialects.Visualizr;

[TestFixture]
public sealed class Deleting_a_video
{
    [TestCase(Scope.JobsRead, Scope.AssetsWrite)]
    [TestCase(Scope.JobsRead, Scope.JobsWrite)]
    public async Task With_half_of_the_scopes_deletes_neither_files_nor_job(string first, string second)
    {
        await using var gateway = await GatewayApplication.StartAsync();
        var key = gateway.Services.AddKey(identity => identity with { Scopes = [first, second] });
        using var answer = await gateway.SendAsync(HttpMethod.Delete, "/visualizr/api/v1/assets/videos/video_0194d3a0-2222-7000-8000-000000000002", key, content: null);
        Assert.Multiple(() =>
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
            Assert.That(gateway.Services.Received.Where(request => request.Method == "DELETE"), Is.Empty);
        });
    }
}
