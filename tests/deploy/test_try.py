import time
def test_it(operator, cloud):
    operator.client("sesv2").create_email_identity(EmailIdentity="example.com")
    t=time.time()
    try:
        d=operator.deploy(mail_from="support@example.com")
    finally:
        print(operator.text); print(time.time()-t); print(cloud.log.read_text()[-3000:])
    t=time.time()
    operator.deploy(); print(operator.text); print(time.time()-t)
    operator.deploy(dry=True); print(operator.text)
    import json; print((operator.root/".chalice/config.json").read_text())
