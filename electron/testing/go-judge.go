// Stands for aws-iam-authenticator: whom it would sign a token as, by the AWS SDK for Go that it is made of. Prints the key id.
// As pkg/token/token.go of 0.7.4 and newer: the SDK's default configuration, the region after it, then the role of the entry.
package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

func keyID(ctx context.Context, role, region string) (string, error) {
	cfg, err := config.LoadDefaultConfig(ctx,
		config.WithAssumeRoleCredentialOptions(func(options *stscreds.AssumeRoleOptions) {
			options.TokenProvider = func() (string, error) { return "", errors.New("an MFA code is asked for") }
		}),
		config.WithEC2IMDSClientEnableState(imds.ClientEnabled),
	)
	if err != nil {
		return "", err
	}
	if region != "" {
		cfg.Region = region
	}
	if cfg.Region == "" {
		cfg.Region = "us-east-1"
	}
	if role != "" {
		cfg.Credentials = stscreds.NewAssumeRoleProvider(sts.NewFromConfig(cfg), role)
	}
	signed, err := sts.NewPresignClient(sts.NewFromConfig(cfg)).PresignGetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return "", err
	}
	address, err := url.Parse(signed.URL)
	if err != nil {
		return "", err
	}
	key, _, _ := strings.Cut(address.Query().Get("X-Amz-Credential"), "/")
	return key, nil
}

func main() {
	role, region := os.Getenv("DEFAULT_ROLE"), ""
	for at, arg := range os.Args[:len(os.Args)-1] {
		switch arg {
		case "-r":
			role = os.Args[at+1]
		case "--region":
			region = os.Args[at+1]
		}
	}
	key, err := keyID(context.Background(), role, region)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(key)
}
